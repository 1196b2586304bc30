"""Imports of what stock clients write fresh, each form of it, read back by the stock client: every value and every byte is the same.

Usage: import_tracked.py WORK WANDB_PYTHON POSTGRESQL    (FOVEA_URL, FOVEA_TOKEN; run by a Python with mlflow 3.17.2 and psycopg2;
                                                          POSTGRESQL is an empty database, postgresql://user:password@host:port/name)
       import_tracked.py dump                 (what MLFLOW_TRACKING_URI has, as JSON)
"""

import hashlib
import json
import math
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOVEA = os.environ.get("FOVEA", str(ROOT / "fovea")).split()
TRACKED = ROOT / "application/src/test/python/tracked.py"


def value(number):
    if math.isnan(number):
        return "nan"
    return repr(math.copysign(sys.float_info.max, number) if math.isinf(number) else number + 0.0)


def digests(folder):
    return {urllib.parse.unquote(str(path.relative_to(folder))): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(pathlib.Path(folder).rglob("*")) if path.is_file()}


def dump():
    import mlflow
    from mlflow.tracking import MlflowClient

    client = MlflowClient()
    names, told = {}, {}
    own = lambda tags: {key: text for key, text in tags.items() if not key.startswith("fovea.") and key not in ("mlflow.parentRunId", "mlflow.modelVersions", "mlflow.workspace")}

    def files(run=None, uri=None):
        if run and client.get_run(run).info.artifact_uri.startswith("file://"):
            # The stock client does not find a name with a percent sign in its own folder.
            return digests(urllib.request.url2pathname(urllib.parse.urlsplit(client.get_run(run).info.artifact_uri).path))
        if run and not client.list_artifacts(run):
            return {}
        with tempfile.TemporaryDirectory() as folder:
            return digests(client.download_artifacts(run, "", folder) if run else mlflow.artifacts.download_artifacts(artifact_uri=uri, dst_path=folder))

    experiments = [each for each in client.search_experiments() if each.name in ("Default", "digits", "parcels/night shift", "vision/digits")]
    runs = {each.experiment_id: client.search_runs([each.experiment_id]) for each in experiments}
    for found in runs.values():
        names.update((run.info.run_id, run.info.run_name) for run in found)
    for each in experiments:
        entry = told[f"experiment {each.name}"] = {"tags": own(each.tags), "runs": {}, "models": {}}
        for run in runs[each.experiment_id]:
            entry["runs"][run.info.run_name] = {
                "status": run.info.status, "began": run.info.start_time, "ended": run.info.end_time, "user": run.info.user_id,
                "params": run.data.params, "tags": own(run.data.tags), "parent": names.get(run.data.tags.get("mlflow.parentRunId")),
                "metrics": {key: sorted({(point.step, point.timestamp, value(point.value)) for point in client.get_metric_history(run.info.run_id, key)}) for key in run.data.metrics},
                "latest": {key: value(number) for key, number in run.data.metrics.items()},
                "datasets": sorted([used.dataset.name, used.dataset.digest, used.dataset.source, used.dataset.schema or "", used.dataset.profile or "", {tag.key: tag.value for tag in used.tags}] for used in run.inputs.dataset_inputs),
                "outputs": len(run.outputs.model_outputs) if run.outputs else 0,
                "files": files(run=run.info.run_id),
            }
        for model in client.search_logged_models([each.experiment_id]):
            entry["models"][model.name] = {"type": model.model_type, "status": str(model.status), "params": model.params, "tags": own(model.tags), "run": names.get(model.source_run_id),
                                           "metrics": sorted([point.key, point.step, value(point.value), names.get(point.run_id)] for point in model.metrics or []), "files": files(uri=f"models:/{model.model_id}")}
    for model in client.search_registered_models():
        versions = client.search_model_versions(f"name='{model.name}'")
        told[f"model {model.name}"] = {
            "description": model.description or "", "tags": own(model.tags), "aliases": {alias: str(number) for alias, number in client.get_registered_model(model.name).aliases.items()},
            "versions": {str(each.version): {"stage": each.current_stage, "description": each.description or "", "tags": {k: v for k, v in own(each.tags).items()}, "run": names.get(each.run_id),
                                             "files": files(uri=f"models:/{model.name}/{each.version}")} for each in versions}}
    json.dump(told, sys.stdout, sort_keys=True)


def run(*command, expect=0, **environment):
    done = subprocess.run(command, text=True, capture_output=True, env=os.environ | environment)
    if done.returncode != expect:
        sys.exit(f"{command}: exit {done.returncode} (expected: {expect})\n{done.stdout}\n{done.stderr}")
    return done.stdout


def dumped(**environment):
    return json.loads(run(sys.executable, __file__, "dump", **environment))


def here(project):
    return dumped(MLFLOW_TRACKING_URI=os.environ["FOVEA_URL"], MLFLOW_TRACKING_TOKEN=os.environ["FOVEA_TOKEN"], MLFLOW_WORKSPACE=project)


def differences(wanted, found, at=""):
    if isinstance(wanted, dict) and isinstance(found, dict):
        return [text for key in sorted(wanted.keys() | found.keys()) for text in differences(wanted.get(key), found.get(key), f"{at}/{key}")]
    return [] if wanted == found else [f"{at}: {str(found)[:200]} (expected: {str(wanted)[:200]})"]


def brought(project, *source):
    """Brings a source twice; the second time nothing is new."""
    first = json.loads(run(*FOVEA, "import", *source, "--project", project, "--json"))
    assert first["inSource"] == first["here"] and not first["faults"], first
    assert first["changes"] > 0, first
    again = run(*FOVEA, "import", *source, "--project", project)
    assert "nothing was new" in again, again
    return first


def same(project, wanted):
    different = differences(wanted, here(project))
    if different:
        sys.exit(f"{project} is not what it was made of:\n" + "\n".join(different))
    print(f"{project}: every value and every byte is the same")


def stock_server(work, name, backend):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    log = work / f"{name}.log"
    server = subprocess.Popen([sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--backend-store-uri", backend,
                               "--artifacts-destination", f"{work}/{name}-artifacts"], stdout=open(log, "w"), stderr=subprocess.STDOUT)
    for _ in range(240):
        try:
            urllib.request.urlopen(address + "/health", timeout=2)
            return server, address
        except OSError:
            time.sleep(0.5)
    server.terminate()
    sys.exit("the stock server did not start:\n" + log.read_text())


def long_history(postgresql, points):
    """Gives the run 'first' a metric as long as a week of training."""
    import psycopg2

    with psycopg2.connect(postgresql) as database, database.cursor() as cursor:
        cursor.execute("insert into metrics (key, value, timestamp, run_uuid, step, is_nan) select 'long', n / 7.0, 1700000000000 + n, (select run_uuid from runs where name = 'first'), n, false from generate_series(1, %s) n", [points])
        cursor.execute("insert into latest_metrics (key, value, timestamp, step, is_nan, run_uuid) select key, value, timestamp, step, is_nan, run_uuid from metrics where key = 'long' order by step desc limit 1")


def killed(project, points, *source):
    """Kills an import while a history is on its way: some of it is here then, and not all."""
    from mlflow.tracking import MlflowClient

    os.environ |= {"MLFLOW_TRACKING_TOKEN": os.environ["FOVEA_TOKEN"], "MLFLOW_WORKSPACE": project}
    client = MlflowClient(os.environ["FOVEA_URL"])

    def here_now():
        runs = [run for each in client.search_experiments() for run in client.search_runs([each.experiment_id]) if run.info.run_name == "first"]
        return runs[0].data.metrics.get("long", 0) * 7 if runs else 0

    importing = subprocess.Popen([*FOVEA, "import", *source, "--project", project], start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while importing.poll() is None and not here_now():
        time.sleep(0.2)
    alive = importing.poll() is None
    os.killpg(importing.pid, signal.SIGKILL)
    importing.wait()
    runs = [run for each in client.search_experiments() for run in client.search_runs([each.experiment_id]) if run.info.run_name == "first"]
    found = len(client.get_metric_history(runs[0].info.run_id, "long"))
    assert alive and 0 < found < points, (alive, found)
    for name in ("MLFLOW_TRACKING_TOKEN", "MLFLOW_WORKSPACE"):
        del os.environ[name]
    print(f"{project}: killed when {found} of {points} points were here")


def from_postgresql(work, postgresql, points=100_000):
    server, address = stock_server(work, "postgresql", postgresql.replace("postgresql://", "postgresql+psycopg2://"))
    try:
        run(sys.executable, TRACKED, "mlflow", MLFLOW_TRACKING_URI=address)
        long_history(postgresql, points)
        source = ("mlflow", postgresql.replace("postgresql://", "postgresql+psycopg2://"), "--artifacts", str(work / "postgresql-artifacts"))
        killed("from-postgresql", points, *source)
        report = brought("from-postgresql", *source)
        assert report["here"]["points"] >= points, report
        secret = urllib.parse.urlsplit(postgresql).password
        assert secret and secret not in json.dumps(report), "the report holds the password"
        same("from-postgresql", dumped(MLFLOW_TRACKING_URI=address))
    finally:
        server.terminate()
        server.wait()


def main(work, wandb_python, postgresql):
    work = pathlib.Path(work).resolve()
    work.mkdir(parents=True)
    os.environ |= {"GIT_PYTHON_REFRESH": "quiet", "MLFLOW_ALLOW_FILE_STORE": "true"}
    os.chdir(work)
    server, address = stock_server(work, "server", f"sqlite:///{work}/server.db")
    try:
        run(sys.executable, TRACKED, "mlflow", MLFLOW_TRACKING_URI=address)
        wanted = dumped(MLFLOW_TRACKING_URI=address)
        brought("from-server", "mlflow", address)
        same("from-server", wanted)
        brought("from-database", "mlflow", f"sqlite:///{work}/server.db", "--artifacts", str(work / "server-artifacts"))
        same("from-database", wanted)
    finally:
        server.terminate()
        server.wait()
    from_postgresql(work, postgresql)
    files = f"file://{work}/mlruns"
    run(sys.executable, TRACKED, "mlflow", MLFLOW_TRACKING_URI=files)
    brought("from-files", "mlflow", str(work / "mlruns"))
    same("from-files", dumped(MLFLOW_TRACKING_URI=files))
    run(wandb_python, TRACKED, "wandb", str(work / "runs"), WANDB_DATA_DIR=str(work / "data"), WANDB_CACHE_DIR=str(work / "cache"), WANDB_CONFIG_DIR=str(work / "config"))
    brought("from-wandb", "wandb", str(work / "runs"))
    runs = here("from-wandb")["experiment vision/digits"]["runs"]
    assert [runs[name]["status"] for name in ("first", "broken")] == ["FINISHED", "FAILED"], runs
    loss = runs["first"]["metrics"]["train/loss"]
    assert [(step, number) for step, _, number in loss] == [(step, repr(1.0 / (step + 1))) for step in range(300)], loss[:5]
    assert runs["first"]["files"]["weights.bin"] == hashlib.sha256(bytes(range(256)) * 300).hexdigest(), runs["first"]["files"]
    assert runs["first"]["params"]["model.depth"] == "18", runs["first"]["params"]
    print("from-wandb: every value and every byte is the same")


if __name__ == "__main__":
    dump() if sys.argv[1] == "dump" else main(*sys.argv[1:])
