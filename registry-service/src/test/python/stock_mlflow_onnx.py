"""A team's day with the unchanged MLflow client and an ONNX model: experiment, run, dataset, artifacts, model, alias, search, load, predict.

Usage: MLFLOW_TRACKING_URI=http://… [MLFLOW_TRACKING_TOKEN=…] python stock_mlflow_onnx.py
Needs mlflow==3.17.2, onnx, onnxruntime. Every answer is checked against what was sent.
"""

import os
import sys
import tempfile
import uuid
from pathlib import Path

os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")

import mlflow
import numpy as np
import onnx
from mlflow import MlflowClient
from onnx import TensorProto, helper, numpy_helper

ID = uuid.uuid4().hex[:8]
NAME = f"onnx-reader-{ID}"
RANDOM = np.random.default_rng(7)


def step(name):
    print(f"ok {name}", file=sys.stderr)


def linear(weights, bias):
    """scores = image · weights + bias, as an ONNX graph."""
    graph = helper.make_graph(
        [helper.make_node("Gemm", ["image", "weights", "bias"], ["scores"])], "linear",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", weights.shape[0]])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["n", weights.shape[1]])],
        [numpy_helper.from_array(weights, "weights"), numpy_helper.from_array(bias, "bias")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    return model


client = MlflowClient()
experiment = mlflow.set_experiment(f"onnx-{ID}")
step("experiment")

pictures = RANDOM.random((32, 64), dtype=np.float32)
versions = []
for number, scale in enumerate((1.0, 2.0), start=1):
    weights = (RANDOM.random((64, 10)) * scale).astype(np.float32)
    bias = np.arange(10, dtype=np.float32)
    with mlflow.start_run(run_name=f"try-{number}") as run:
        mlflow.log_params({"scale": scale, "optimizer": "none"})
        for epoch in range(3):
            mlflow.log_metric("loss", 1 / (epoch + number), step=epoch)
        mlflow.log_metric("accuracy", 0.9 + number / 100)
        mlflow.log_input(mlflow.data.from_numpy(pictures, name="pictures", digest=f"digest{number}"), context="training")
        with tempfile.TemporaryDirectory() as folder:
            notes = Path(folder) / "notes.bin"
            notes.write_bytes(bytes(range(256)) * 4096)  # 1 MB
            mlflow.log_artifact(str(notes), "notes")
        info = mlflow.onnx.log_model(linear(weights, bias), name="model", registered_model_name=NAME, pip_requirements=["onnxruntime"],
                                     signature=mlflow.models.infer_signature({"image": pictures}, {"scores": pictures @ weights + bias}))
    versions.append((run.info.run_id, weights, bias, info))
step("two runs: params, metrics, dataset, artifacts, ONNX model registered")

client.set_registered_model_alias(NAME, "champion", "2")
found = client.get_model_version_by_alias(NAME, "champion")
assert str(found.version) == "2" and found.run_id == versions[1][0], found
step("alias")

runs = client.search_runs([experiment.experiment_id], "metrics.accuracy > 0.915 and params.scale = '2.0'")
assert [r.info.run_id for r in runs] == [versions[1][0]], runs
assert runs[0].data.metrics["loss"] == 1 / 4 and runs[0].inputs.dataset_inputs[0].dataset.digest == "digest2"
assert [str(v.version) for v in client.search_model_versions(f"name = '{NAME}'")] == ["2", "1"]
assert [m.name for m in client.search_registered_models(f"name = '{NAME}'")] == [NAME]
step("search: runs by metric and parameter, versions, models")

for address, (run_id, weights, bias, info) in {
        f"models:/{NAME}@champion": versions[1], f"models:/{NAME}/1": versions[0], versions[0][3].model_uri: versions[0]}.items():
    scores = mlflow.pyfunc.load_model(address).predict({"image": pictures})["scores"]
    np.testing.assert_allclose(scores, pictures @ weights + bias, rtol=1e-5)
    loaded = mlflow.onnx.load_model(address)
    assert numpy_helper.to_array(loaded.graph.initializer[0]).tobytes() == weights.tobytes(), address
step("load back by alias, version and model: the same weights, the same scores")

with tempfile.TemporaryDirectory() as folder:
    got = Path(client.download_artifacts(versions[0][0], "notes/notes.bin", folder))
    assert got.read_bytes() == bytes(range(256)) * 4096
step("artifact read back byte for byte")

client.set_registered_model_alias(NAME, "champion", "1")
scores = mlflow.pyfunc.load_model(f"models:/{NAME}@champion").predict({"image": pictures})["scores"]
np.testing.assert_allclose(scores, pictures @ versions[0][1] + versions[0][2], rtol=1e-5)
step("the alias moved: the other model answers")
