"""Drives a tracking server with the unchanged MLflow client and checks every answer.

Usage: MLFLOW_TRACKING_URI=http://… [MLFLOW_TRACKING_TOKEN=…] python stock_mlflow.py
Needs mlflow==3.17.2. Runs against MLflow's own server too (the checks that only Fovea can pass are then left out and said so),
so a difference between the two servers shows itself here.
"""

import base64
import hashlib
import hmac
import http.server
import json
import math
import os
import queue
import subprocess
import sys
import tempfile
import threading
import uuid
import warnings
from pathlib import Path

os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
os.environ.setdefault("MLFLOW_ENABLE_ASYNC_LOGGING", "false")
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")

import mlflow
import numpy as np
import requests
from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param, RunTag, ViewType
from mlflow.exceptions import MlflowException

BASE = os.environ["MLFLOW_TRACKING_URI"].rstrip("/")
TOKEN = os.environ.get("MLFLOW_TRACKING_TOKEN")
ID = uuid.uuid4().hex[:8]
steps = 0
# Of stages, which are tried here as long as clients have them
warnings.filterwarnings("ignore", category=FutureWarning)


def step(name):
    global steps
    steps += 1
    print(f"ok {steps:2d} {name}", file=sys.stderr)


def fails(code, call, text=""):
    try:
        call()
    except MlflowException as e:
        assert e.error_code == code, f"{e.error_code} (expected: {code}): {e.message}"
        assert text in e.message, f"{e.message!r} (expected to contain: {text!r})"
        return
    raise AssertionError(f"nothing was raised (expected: {code})")


def raw(method, path, **options):
    headers = {"Authorization": f"Bearer {TOKEN}"} if TOKEN else {}
    return requests.request(method, BASE + path, headers=headers | options.pop("headers", {}), timeout=30, **options)


client = MlflowClient()
info = raw("GET", "/api/3.0/mlflow/server-info").json()
FOVEA = "fovea" in info
assert raw("GET", "/version").text.strip() == "3.17.2"
assert raw("GET", "/health").status_code == 200
step("server-info, version, health")

# Experiments
assert client.get_experiment("0").name == "Default"
experiment = mlflow.set_experiment(f"digits-{ID}")
assert mlflow.set_experiment(f"digits-{ID}").experiment_id == experiment.experiment_id
assert client.get_experiment_by_name(f"no-such-{ID}") is None
fails("RESOURCE_ALREADY_EXISTS", lambda: client.create_experiment(f"digits-{ID}"))
fails("RESOURCE_DOES_NOT_EXIST", lambda: client.get_experiment("987654321"))
found = client.search_experiments(filter_string=f"name LIKE 'digits-{ID}%'", order_by=["name DESC"])
assert [e.experiment_id for e in found] == [experiment.experiment_id]
step("experiments: create, get, get-by-name, search")

# A run with everything that a training script logs
with mlflow.start_run(run_name="first") as run:
    mlflow.log_param("lr", 0.1)
    mlflow.log_params({"epochs": 3, "optimizer": "sgd"})
    fails("INVALID_PARAMETER_VALUE", lambda: client.log_param(run.info.run_id, "lr", "0.2"), "Changing param values is not allowed")
    mlflow.log_param("lr", 0.1)
    for i in range(5):
        mlflow.log_metric("loss", 1.0 / (i + 1), step=i)
    mlflow.log_metrics({"accuracy": 0.93, "f1": 0.92}, step=4)
    mlflow.log_metric("loss", 9.0, step=2)  # late news of an earlier step is not the latest value
    mlflow.log_metric("nan", float("nan"))
    mlflow.log_metric("inf", float("inf"))
    mlflow.log_metric("async", 1.5, synchronous=False).wait()
    mlflow.set_tag("team", "vision")
    dataset = mlflow.data.from_numpy(np.zeros((4, 8, 8), dtype=np.float32), name="digits", digest="12345678")
    mlflow.log_input(dataset, context="training")
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "model.pt2"
        model.write_bytes(b"PK\x05\x06" + bytes(18))
        parity = Path(folder) / "parity.safetensors"
        parity.write_bytes(b"\x02\x00\x00\x00\x00\x00\x00\x00{}")
        mlflow.log_artifact(str(model), "model")
        mlflow.log_artifact(str(parity), "model")
    mlflow.log_dict({"a": [1, 2]}, "notes/config.json")
    mlflow.log_text("héllo", "notes/für später.txt")
    mlflow.log_image(np.zeros((8, 8, 3), dtype=np.uint8), key="sample", step=1)
    mlflow.log_table({"id": [1, 2]}, "table.json")
run_id = run.info.run_id
step("run: params, metrics, tag, input, artifacts, async metric")

read = client.get_run(run_id)
assert read.info.status == "FINISHED" and read.info.run_name == "first"
assert read.info.start_time > 0 and read.info.end_time >= read.info.start_time
assert read.data.params == {"lr": "0.1", "epochs": "3", "optimizer": "sgd"}
assert read.data.metrics["loss"] == 0.2, read.data.metrics
assert read.data.metrics["accuracy"] == 0.93 and read.data.metrics["async"] == 1.5
assert math.isnan(read.data.metrics["nan"]) and read.data.metrics["inf"] >= 1.797e308
assert read.data.tags["team"] == "vision" and read.data.tags["mlflow.runName"] == "first"
used = read.inputs.dataset_inputs[0]
assert (used.dataset.name, used.dataset.digest) == ("digits", "12345678")
assert used.tags[0].key == "mlflow.data.context" and used.tags[0].value == "training"
step("run read back: latest metric by step, NaN, infinity, inputs")

history = client.get_metric_history(run_id, "loss")
assert [(m.step, m.value) for m in history if m.step != 2] == [(0, 1.0), (1, 0.5), (3, 0.25), (4, 0.2)]
assert sorted(m.value for m in history if m.step == 2) == [1 / 3, 9.0]
assert client.get_metric_history(run_id, "no-such") == []
step("metric history")

# Batches: the same batch twice is one batch; the limits and the params' immutability hold
metrics = [Metric("m", i / 7, 1_700_000_000_000 + i, i) for i in range(1000)]
for _ in range(2):
    client.log_batch(run_id, metrics=metrics)
client.log_batch(run_id, params=[Param("batch", "32")], tags=[RunTag("t", "1")])
assert len(client.get_metric_history(run_id, "m")) == 1000
assert client.get_run(run_id).data.metrics["m"] == 999 / 7
answer = raw("POST", "/api/2.0/mlflow/runs/log-batch", json={
    "run_id": run_id, "metrics": [{"key": "m", "value": 1, "timestamp": str(i), "step": "1"} for i in range(1001)]})
assert answer.status_code == 400 and "at most 1000 metrics. Got 1001" in answer.json()["message"], answer.text
answer = raw("POST", "/api/2.0/mlflow/runs/log-batch", json={"run_id": run_id, "params": [{"key": "batch", "value": "64"}]})
assert answer.status_code == 400 and answer.json()["error_code"] == "INVALID_PARAMETER_VALUE"
assert "'old_value': '32', 'new_value': '64'" in answer.json()["message"]
answer = raw("POST", "/api/2.0/mlflow/runs/log-metric", json={"run_id": run_id, "key": "s", "value": "NaN", "timestamp": "12", "step": "3"})
assert answer.status_code == 200, answer.text
point = raw("GET", "/api/2.0/mlflow/metrics/get-history", params={"run_id": run_id, "metric_key": "s"}).json()["metrics"][0]
assert point["value"] == "NaN" and point["timestamp"] == 12 and point["step"] == 3, point
step("log-batch: idempotent, limited, both forms of int64")

# Artifacts
assert {f.path for f in client.list_artifacts(run_id)} >= {"model", "notes", "images", "table.json"}
assert {f.path for f in client.list_artifacts(run_id, "model")} == {"model/model.pt2", "model/parity.safetensors"}
assert client.list_artifacts(run_id, "model/model.pt2") == []
with tempfile.TemporaryDirectory() as folder:
    got = Path(client.download_artifacts(run_id, "model", folder))
    assert (got / "model.pt2").read_bytes() == b"PK\x05\x06" + bytes(18)
    assert Path(client.download_artifacts(run_id, "notes/für später.txt", folder)).read_text("utf-8") == "héllo"
assert mlflow.artifacts.load_dict(f"runs:/{run_id}/notes/config.json") == {"a": [1, 2]}
assert any(f.path.startswith("images/sample") and f.path.endswith(".png") for f in client.list_artifacts(run_id, "images"))
assert list(mlflow.load_table("table.json", run_ids=[run_id])["id"]) == [1, 2]
step("artifacts: list, download, image, table")

# Nested runs, tags, delete and restore, renaming
with mlflow.start_run(run_name="parent") as parent:
    with mlflow.start_run(run_name="child", nested=True) as child:
        mlflow.log_metric("loss", 0.05)
        mlflow.set_tag("gone", "x")
        mlflow.delete_tag("gone")
assert client.get_run(child.info.run_id).data.tags["mlflow.parentRunId"] == parent.info.run_id
client.update_run(child.info.run_id, name="renamed")
assert client.get_run(child.info.run_id).data.tags["mlflow.runName"] == "renamed"
doomed = client.create_run(experiment.experiment_id)
assert doomed.info.run_name
client.delete_run(doomed.info.run_id)
fails("INVALID_PARAMETER_VALUE", lambda: client.log_metric(doomed.info.run_id, "x", 1), "must be in the 'active' state")
client.restore_run(doomed.info.run_id)
client.log_metric(doomed.info.run_id, "x", 1)
client.delete_run(doomed.info.run_id)
fails("RESOURCE_DOES_NOT_EXIST", lambda: client.get_run("0" * 32), "not found")
step("nested, rename, delete, restore")


# Search
def search(text="", order=None, view=ViewType.ACTIVE_ONLY):
    return [r.info.run_name for r in client.search_runs([experiment.experiment_id], text, view, order_by=order)]


assert search("metrics.loss < 0.3", ["metrics.loss ASC"]) == ["renamed", "first"]
assert search("metrics.loss < 0.3 and params.lr = '0.1'") == ["first"]
assert search("params.`lr` LIKE '0.%' AND tags.team ILIKE 'VIS%'") == ["first"]
assert search("tags.team != 'nlp'") == ["first"]
assert search(f"attributes.status = 'FINISHED' and run_id IN ('{run_id}', '{parent.info.run_id}')", ["attributes.run_name DESC"]) == ["parent", "first"]
assert search("datasets.name = 'digits'") == ["first"]
assert search(f"attributes.run_id = '{run_id}'") == ["first"]
assert len(search(view=ViewType.DELETED_ONLY)) == 1 and len(search(view=ViewType.ALL)) == 4
assert search("", ["metrics.nan ASC", "attributes.start_time DESC"])[0] == "first"
fails("INVALID_PARAMETER_VALUE", lambda: search("params.lr = '1' OR params.lr = '2'"), "Invalid clause(s) in filter string")
fails("INVALID_PARAMETER_VALUE", lambda: search("metrics.loss = 'x'"))
page = client.search_runs([experiment.experiment_id], max_results=2)
assert len(page) == 2 and page.token
rest = client.search_runs([experiment.experiment_id], max_results=2, page_token=page.token)
assert len(rest) == 1 and not rest.token
assert len(mlflow.search_runs([experiment.experiment_id])) == 3
step("search: filters, order, pages")

# A logged model, registered; pyfunc is what MLflow's users log, and it holds a pickle


class Doubler(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input: list[float], params=None) -> list[float]:
        return [2 * x for x in model_input]


name = f"doubler-{ID}"
with mlflow.start_run(run_name="logs a model") as model_run:
    mlflow.log_metric("score", 0.5)
    logged = mlflow.pyfunc.log_model(name="model", python_model=Doubler(), registered_model_name=name, pip_requirements=[])
assert logged.model_id.startswith("m-")
assert mlflow.pyfunc.load_model(f"models:/{name}/1").predict([1.0, 2.0]) == [2.0, 4.0]
assert mlflow.pyfunc.load_model(f"models:/{logged.model_id}").predict([3.0]) == [6.0]
assert mlflow.pyfunc.load_model(f"runs:/{model_run.info.run_id}/model").predict([4.0]) == [8.0]
read = mlflow.get_logged_model(logged.model_id)
assert read.status.value == "READY" and read.source_run_id == model_run.info.run_id
assert read.metrics[0].key == "score" and read.metrics[0].value == 0.5
assert f'"name": "{name}", "version": 1' in read.tags["mlflow.modelVersions"].replace("'", '"'), read.tags
models = mlflow.search_logged_models([experiment.experiment_id], output_format="list")
assert [m.model_id for m in models] == [logged.model_id]
assert mlflow.search_logged_models([experiment.experiment_id], "metrics.score > 0.9", output_format="list") == []
assert client.get_run(model_run.info.run_id).outputs.model_outputs[0].model_id == logged.model_id
step("logged model: create, upload, finalize, search, load three ways")

# A logged model that is deleted: its parameters, tags and folders before
doomed = client.create_logged_model(experiment.experiment_id, name="doomed", params={f"p{i}": str(i) for i in range(150)}, tags={"team": "vision"})
assert len(doomed.params) == 150, len(doomed.params)
client.set_logged_model_tags(doomed.model_id, {"gone": "x"})
client.delete_logged_model_tag(doomed.model_id, "gone")
assert client.get_logged_model(doomed.model_id).tags["team"] == "vision"
fails("RESOURCE_DOES_NOT_EXIST", lambda: client.delete_logged_model_tag(doomed.model_id, "gone"), "No tag with key 'gone' found")
listed = raw("GET", f"/api/2.0/mlflow/logged-models/{logged.model_id}/artifacts/directories").json()
assert "MLmodel" in {f["path"] for f in listed["files"]} and listed["root_uri"], listed
client.delete_logged_model(doomed.model_id)
fails("RESOURCE_DOES_NOT_EXIST", lambda: client.get_logged_model(doomed.model_id), "not found")
kept = raw("GET", f"/api/2.0/mlflow/logged-models/{doomed.model_id}", params={"allow_deleted": "true"})
assert kept.status_code == 200 and kept.json()["model"]["info"]["name"] == "doomed", kept.text
assert [m.model_id for m in mlflow.search_logged_models([experiment.experiment_id], output_format="list")] == [logged.model_id]
step("logged model: 150 parameters, tags, folders, delete")

# What charts and older clients ask
points = raw("GET", "/ajax-api/2.0/mlflow/metrics/get-history-bulk", params={"run_id": [run_id, "0" * 32], "metric_key": "m"}).json()["metrics"]
assert len(points) == 1000 and {p["run_id"] for p in points} == {run_id}, len(points)
for path in ["/ajax-api/2.0", "/api/2.0"]:
    answer = raw("GET", path + "/mlflow/metrics/get-history-bulk-interval", params={"run_ids": run_id, "metric_key": "m", "max_results": 50})
    sampled = [p["step"] for p in answer.json()["metrics"]]
    assert len(sampled) <= 50 and sampled[0] == 0 and sampled[-1] == 999 and sampled == sorted(sampled), sampled
answer = raw("GET", "/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval", params={"run_ids": run_id, "metric_key": "m", "start_step": 3})
assert answer.status_code == 400 and "both must be specified" in answer.json()["message"], answer.text
answer = raw("GET", "/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval", params={"run_ids": run_id, "metric_key": "m", "max_results": 2501})
assert answer.status_code == 400 and "max_results must be between 1 and 2500" in answer.json()["message"], answer.text
answer = raw("POST", "/ajax-api/2.0/mlflow/experiments/search-datasets", json={"experiment_ids": [experiment.experiment_id]})
summaries = answer.json()["dataset_summaries"]
assert {"experiment_id": experiment.experiment_id, "name": "digits", "digest": "12345678", "context": "training"} in summaries, answer.text
found = raw("GET", "/api/2.0/mlflow/experiments/search", params={"filter": f"name = '{experiment.name}'", "max_results": 5}).json()
assert [e["experiment_id"] for e in found["experiments"]] == [experiment.experiment_id], found
model_json = '{"artifact_path": "old", "run_id": "%s", "utc_time_created": "2026-01-01 00:00:00", "flavors": {"python_function": {"config": {}}}}'
answer = raw("POST", "/api/2.0/mlflow/runs/log-model", json={"run_id": run_id, "model_json": model_json % run_id})
assert answer.status_code == 200, answer.text
assert '"artifact_path":"old"' in client.get_run(run_id).data.tags["mlflow.log-model.history"].replace(": ", ":")
answer = raw("POST", "/api/2.0/mlflow/runs/log-model", json={"run_id": run_id, "model_json": "{}"})
assert answer.status_code == 400 and "missing mandatory fields" in answer.json()["message"], answer.text
step("bulk histories, sampled histories, datasets of experiments, models of older clients")

# Registered models
client.create_registered_model(f"digit-reader-{ID}")
registered = client.create_model_version(f"digit-reader-{ID}", f"runs:/{run_id}/model", run_id, tags={"stage": "test"})
assert int(registered.version) == 1 and registered.status == "READY" and registered.run_id == run_id
assert int(mlflow.register_model(f"models:/{logged.model_id}", name).version) == 2
client.set_registered_model_alias(name, "champion", "2")
assert client.get_model_version_by_alias(name, "champion").version == 2 or client.get_model_version_by_alias(name, "champion").version == "2"
assert mlflow.pyfunc.load_model(f"models:/{name}@champion").predict([1.0]) == [2.0]
client.set_registered_model_alias(name, "champion", "1")
read = client.get_registered_model(name)
assert {k: str(v) for k, v in read.aliases.items()} == {"champion": "1"}
fails("INVALID_PARAMETER_VALUE", lambda: client.get_model_version_by_alias(name, "zz"), "alias zz not found")
fails("INVALID_PARAMETER_VALUE", lambda: client.set_registered_model_alias(name, "latest", "1"))
fails("RESOURCE_DOES_NOT_EXIST", lambda: client.set_registered_model_alias(name, "x", "99"))
client.delete_registered_model_alias(name, "champion")
client.delete_registered_model_alias(name, "champion")
client.set_model_version_tag(name, "1", "k", "v")
assert client.get_model_version(name, "1").tags["k"] == "v"
client.delete_model_version_tag(name, "1", "k")
client.set_registered_model_tag(name, "owner", "vision")
assert [m.name for m in client.search_registered_models(f"name LIKE '%{ID}' AND tags.owner = 'vision'")] == [name]
assert [m.name for m in client.search_registered_models(f"name LIKE '%{ID}'", order_by=["name DESC"])] == [name, f"digit-reader-{ID}"]
assert [str(v.version) for v in client.search_model_versions(f"name = '{name}'")] == ["2", "1"]
assert [v.name for v in client.search_model_versions(f"run_id = '{run_id}'")] == [f"digit-reader-{ID}"]
copied = client.copy_model_version(f"models:/{name}/1", f"copy-{ID}")
assert str(copied.version) == "1"
assert mlflow.pyfunc.load_model(f"models:/copy-{ID}/1").predict([1.0]) == [2.0]
assert client.get_model_version_download_uri(f"digit-reader-{ID}", "1").startswith(("mlflow-artifacts:/", "runs:/"))
with tempfile.TemporaryDirectory() as folder:
    got = Path(mlflow.artifacts.download_artifacts(f"models:/digit-reader-{ID}/1", dst_path=folder))
    assert (got / "model.pt2").exists()
# Stages: MLflow's clients still write them, though it calls them deprecated
assert {str(v.version): v.current_stage for v in client.get_latest_versions(name)} == {"2": "None"}
assert client.transition_model_version_stage(name, "1", "production").current_stage == "Production"
assert client.transition_model_version_stage(name, "2", "Production", archive_existing_versions=True).current_stage == "Production"
assert {str(v.version): v.current_stage for v in client.get_latest_versions(name)} == {"1": "Archived", "2": "Production"}
assert [str(v.version) for v in client.get_latest_versions(name, ["Production"])] == ["2"]
assert client.get_latest_versions(name, ["Staging"]) == []
assert mlflow.pyfunc.load_model(f"models:/{name}/Production").predict([1.0]) == [2.0]
assert {v.current_stage for v in client.get_registered_model(name).latest_versions} == {"Archived", "Production"}
fails("INVALID_PARAMETER_VALUE", lambda: client.transition_model_version_stage(name, "1", "live"), "Invalid Model Version stage: live. Value must be one of None, Staging, Production, Archived")
fails("RESOURCE_DOES_NOT_EXIST", lambda: client.transition_model_version_stage(name, "99", "Staging"))
step("stages: transition, archive, latest versions, load by stage")
client.update_model_version(name, "1", "first try")
client.update_registered_model(name, "doubles")
assert client.get_registered_model(name).description == "doubles"
client.delete_model_version(name, "2")
fails("RESOURCE_DOES_NOT_EXIST", lambda: client.get_model_version(name, "2"))
client.rename_registered_model(f"copy-{ID}", f"kopie-{ID}")
client.delete_registered_model(f"kopie-{ID}")
fails("RESOURCE_DOES_NOT_EXIST", lambda: client.get_registered_model(f"kopie-{ID}"))
step("registry: versions, aliases, tags, search, copy, download, delete")

# Webhooks: a receiver of the test's own, for a server that may send to this machine
if os.environ.get("TEST_WEBHOOKS") == "1":
    from mlflow.entities.webhook import WebhookEvent, WebhookStatus

    calls = queue.Queue()

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            calls.put((self.headers, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    def received(secret):
        headers, body = calls.get(timeout=30)
        signed = f"{headers['X-MLflow-Delivery-Id']}.{headers['X-MLflow-Timestamp']}.{body.decode()}"
        expected = base64.b64encode(hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()).decode()
        assert headers["X-MLflow-Signature"] == f"v1,{expected}", headers
        return json.loads(body)

    receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    hook = client.create_webhook(
        f"hook-{ID}", f"http://127.0.0.1:{receiver.server_port}/hook",
        ["registered_model.created", "model_version_alias.created"], description="of the test", secret="geheim")
    assert hook.status == WebhookStatus.ACTIVE and hook.secret is None and len(hook.events) == 2
    assert hook.webhook_id in [h.webhook_id for h in client.list_webhooks()]
    assert client.get_webhook(hook.webhook_id).description == "of the test"
    result = client.test_webhook(hook.webhook_id)
    assert result.success and result.response_status == 200, result.error_message
    assert received("geheim")["entity"] == "registered_model"
    assert client.test_webhook(hook.webhook_id, "model_version_alias.created").success
    assert received("geheim")["data"] == {"name": "example_model", "alias": "example_alias", "version": "1"}
    client.create_registered_model(f"told-{ID}", tags={"k": "v"}, description="d")
    told = received("geheim")
    assert (told["entity"], told["action"]) == ("registered_model", "created"), told
    assert told["data"] == {"name": f"told-{ID}", "tags": {"k": "v"}, "description": "d"}, told
    changed = client.update_webhook(hook.webhook_id, events=["model_version_alias.created"], secret="neu", description="changed")
    assert changed.description == "changed" and changed.events == [WebhookEvent.from_str("model_version_alias.created")]
    client.set_registered_model_alias(name, "told", "1")
    told = received("neu")
    assert told["data"] == {"name": name, "alias": "told", "version": "1"}, told
    assert client.update_webhook(hook.webhook_id, status=WebhookStatus.DISABLED).status == WebhookStatus.DISABLED
    client.set_registered_model_alias(name, "untold", "1")
    client.delete_registered_model_alias(name, "told")
    client.delete_registered_model_alias(name, "untold")
    fails("INVALID_PARAMETER_VALUE", lambda: client.create_webhook("-", "https://example.com/", ["model_version.created"]), "is invalid")
    fails("INVALID_PARAMETER_VALUE", lambda: client.create_webhook("a", "https://169.254.169.254/", ["model_version.created"]))
    client.delete_webhook(hook.webhook_id)
    fails("RESOURCE_DOES_NOT_EXIST", lambda: client.get_webhook(hook.webhook_id))
    assert calls.empty()
    receiver.shutdown()
    step("webhooks: create, list, test, deliver signed, update, disable, delete")
else:
    print("left out: webhooks (TEST_WEBHOOKS=1 where the server may send to this machine)", file=sys.stderr)

# Errors in MLflow's shape
answer = raw("POST", "/api/2.0/mlflow/experiments/create", json={})
assert answer.status_code == 400 and "Missing value for required parameter 'name'. See the API docs" in answer.json()["message"]
answer = raw("POST", "/api/2.0/mlflow/experiments/create", json={"name": 123})
assert "Invalid value 123 for parameter 'name' supplied" in answer.json()["message"]
answer = raw("POST", "/api/2.0/mlflow/runs/log-metric", json={"run_id": run_id, "key": "k", "value": 1.0, "timestamp": 1, "step": "foo"})
assert 'Invalid value "foo" for parameter \'step\' supplied' in answer.json()["message"], answer.text
answer = raw("POST", "/api/2.0/mlflow/runs/log-batch", json={"run_id": run_id, "metrics": [{"key": "k", "value": 1}]})
assert "Missing value for required parameter 'metrics[0].timestamp'" in answer.json()["message"], answer.text
answer = raw("POST", "/api/2.0/mlflow/experiments/create", data="{}", headers={"Content-Type": "text/plain"})
assert answer.status_code == 400 and "Content-Type must be one of ['application/json']" in answer.json()["message"]
for path in ["..", "../x", "a/../../b", "%2e%2e/x"]:
    answer = raw("GET", "/api/2.0/mlflow-artifacts/artifacts", params={"path": path})
    assert answer.status_code == 400 and answer.json()["error_code"] == "INVALID_PARAMETER_VALUE", (path, answer.text)
assert raw("GET", f"/api/2.0/mlflow-artifacts/artifacts/{experiment.experiment_id}/{run_id}/artifacts/nothing").status_code == 404
for source in ["/etc", "file:///etc", "runs:/../x", "mlflow-artifacts:/../x", f"mlflow-artifacts:/0/{'f' * 32}/artifacts/m"]:
    answer = raw("POST", "/api/2.0/mlflow/model-versions/create", json={"name": name, "source": source, "run_id": run_id})
    assert answer.status_code == 400 and answer.json()["error_code"] == "INVALID_PARAMETER_VALUE", (source, answer.text)
step("errors: MLflow's shape, words and status")

if FOVEA:
    # What only Fovea says: a version of pickles is kept, and says why it is not released
    tags = client.get_model_version(name, "1").tags
    assert tags["fovea.releasable"].startswith("false: "), tags
    tags = client.get_model_version(f"digit-reader-{ID}", "1").tags
    assert "fovea.releasable" not in tags and tags["stage"] == "test", tags
    # A registered version's bytes stay as they were
    path = f"/api/2.0/mlflow-artifacts/artifacts/{experiment.experiment_id}/{run_id}/artifacts/model/model.pt2"
    answer = raw("PUT", path, data=b"other bytes")
    assert answer.status_code == 409 and "registered" in answer.json()["message"], answer.text
    # A run that names a dataset version by its digest is tied to it
    version = "sha256:" + "ab" * 32
    with mlflow.start_run() as tied:
        client.log_inputs(tied.info.run_id, [DatasetInput(
            Dataset("digits", version, "fovea", "{}"), [InputTag("mlflow.data.context", "training")])])
    assert client.get_run(tied.info.run_id).inputs.dataset_inputs[0].dataset.digest == version
    step("Fovea: releasable or why not, frozen artifacts, dataset versions")

    # Large files go in parts, which the client sends to signed addresses without its token: Fovea's own, or the S3's where clients reach it
    direct = info["multipart_downloads_enabled"]
    os.environ |= {"MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE": "1000000", "MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE": str(5 << 20)}
    os.environ |= {"MLFLOW_MULTIPART_DOWNLOAD_CHUNK_SIZE": str(5 << 20)}
    sent, failing, plain_put = [], set(), requests.put

    def watched_put(url, **options):
        assert "Authorization" not in (options.get("headers") or {}), options["headers"]
        sent.append(url)
        if any(mark in url for mark in failing):
            raise requests.ConnectionError("the line broke")
        return plain_put(url, **options)

    requests.put = watched_put
    content = os.urandom((12 << 20) + 7)
    with tempfile.TemporaryDirectory() as folder, mlflow.start_run() as large:
        file = Path(folder) / "weights größe+1.bin"
        file.write_bytes(content)
        mlflow.log_artifact(str(file), "large/model")
        assert len(sent) == 3 and all(url.startswith(BASE) != direct for url in sent), sent
        place = f"{experiment.experiment_id}/{large.info.run_id}/artifacts"
        listed = raw("GET", "/api/2.0/mlflow-artifacts/artifacts", params={"path": f"{place}/large/model"}).json()["files"]
        assert listed == [{"path": file.name, "is_dir": False, "file_size": len(content), "digest": "sha256:" + hashlib.sha256(content).hexdigest()}], listed
        back = mlflow.artifacts.download_artifacts(run_id=large.info.run_id, artifact_path=f"large/model/{file.name}", dst_path=folder + "/back")
        assert Path(back).read_bytes() == content
        # A part that fails: the client aborts, and nothing is there
        sent.clear()
        failing.add("/2?")
        try:
            mlflow.log_artifact(str(file), "failed")
        except MlflowException as e:
            assert "the line broke" in str(e), e
        else:
            raise AssertionError("the upload went on without a part")
        assert "files" not in raw("GET", "/api/2.0/mlflow-artifacts/artifacts", params={"path": f"{place}/failed"}).json()
    requests.put = plain_put
    # Whole files by an address
    address = raw("POST", "/api/2.0/mlflow/artifacts/presigned-upload-url", json={"run_id": large.info.run_id, "path": "signed/a.txt"}).json()["presigned_url"]
    assert requests.put(address, data=b"by an address", timeout=30).status_code == 200
    answer = raw("POST", "/api/2.0/mlflow/artifacts/presigned-download-url", json={"run_id": large.info.run_id, "path": "signed/a.txt"}).json()
    assert answer["file_size"] == 13 and requests.get(answer["presigned_url"], timeout=30).content == b"by an address", answer
    step(f"Fovea: a large file in parts, {'straight to the S3' if direct else 'through Fovea'}, one that fails, files by an address")

    # A script that knows nothing of sweeps: what it logs are the reports of its trial, and how its run ends is how the trial does
    sweeps = f"/api/v1/projects/{os.environ.get('TEST_PROJECT', 'default')}/sweeps"
    plan = {"name": f"stock-{ID}", "experiment": f"digits-{ID}-swept", "method": "random", "goal": "maximize", "trials": 2, "metric": "val/accuracy",
            "space": {"lr": {"type": "float", "low": 1e-4, "high": 0.1, "log": True}}}
    assert raw("POST", sweeps, json=plan).status_code == 200
    for number, ending in enumerate(("", "    raise SystemExit('out of memory')\n")):
        asked = raw("POST", f"{sweeps}/stock-{ID}/ask", json={"worker": "w", "key": str(number), "leaseSeconds": 60}).json()
        assert asked["state"] == "TRIAL", asked
        script = "import mlflow\nwith mlflow.start_run():\n    for epoch in range(3):\n        mlflow.log_metric('val/accuracy', 0.5 + epoch / 10, epoch)\n" + ending
        subprocess.run([sys.executable, "-c", script], env=os.environ | {"MLFLOW_RUN_ID": asked["work"]["runId"]}, check=not ending)
    answer = raw("POST", f"{sweeps}/stock-{ID}/ask", json={"worker": "w", "key": "2", "leaseSeconds": 60}).json()
    assert answer["state"] == "DONE", answer
    progress = raw("GET", f"{sweeps}/stock-{ID}").json()
    assert progress["states"] == {"COMPLETE": 1, "FAILED": 1} and math.isclose(progress["best"]["value"], 0.7), progress
    step("Fovea: a sweep whose worker needs ask and a stock script alone")

client.delete_experiment(experiment.experiment_id)
assert client.get_experiment(experiment.experiment_id).lifecycle_stage == "deleted"
client.restore_experiment(experiment.experiment_id)
client.rename_experiment(experiment.experiment_id, f"digits-{ID}-old")
client.set_experiment_tag(experiment.experiment_id, "k", "v")
assert client.get_experiment(experiment.experiment_id).tags["k"] == "v"
client.delete_experiment(experiment.experiment_id)
step("experiments: delete, restore, rename, tag")
print(f"{steps} steps passed against {'Fovea' if FOVEA else 'MLflow itself'} at {BASE}")
