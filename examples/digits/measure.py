"""Measures what the demo's story rests on, by PyTorch and ONNX Runtime, apart from Fovea's own code.

    java -cp fovea/target/classes dev.fovea.demo.digits.WriteDigits OUT examples/digits
    python measure.py OUT models

Needs what train.py needs, and onnx and onnxruntime. Prints: accuracy a slice, FP32 and INT8; the
share of unsure answers on production's stream; latency of one picture; accuracy on the held-out
production pictures before and after the head is refitted on labelled frames.
"""

import csv
import io
import pathlib
import sys
import tempfile
import time

import numpy as np
import onnx
import onnxruntime as ort
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from PIL import Image

from train import load, tensor

UNSURE_BELOW = 0.6
BUDGET = 120


def pictures(folder: pathlib.Path) -> tuple[np.ndarray, np.ndarray]:
    with open(folder / "labels.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    pixels = np.stack([np.asarray(Image.open(folder / row["path"]), np.float64) for row in rows])
    return pixels, np.array([int(row["label"]) for row in rows])


def to_onnx(path: pathlib.Path) -> bytes:
    """The same network by hand, with the head's input as a second output."""
    weights = {k: v.detach().numpy() for k, v in torch.export.load(path).state_dict.items()}
    nodes, at = [], "x"
    for n in "123":
        norm = [f"bn{n}.{p}" for p in ("weight", "bias", "running_mean", "running_var")]
        nodes += [
            helper.make_node("Conv", [at, f"conv{n}.weight"], [f"c{n}"], pads=[1, 1, 1, 1]),
            helper.make_node("BatchNormalization", [f"c{n}", *norm], [f"b{n}"]),
            helper.make_node("Relu", [f"b{n}"], [f"r{n}"]),
            helper.make_node("MaxPool", [f"r{n}"], [f"p{n}"], kernel_shape=[2, 2], strides=[2, 2]),
        ]
        at = f"p{n}"
    nodes += [
        helper.make_node("Flatten", [at], ["features"]),
        helper.make_node("Gemm", ["features", "head.weight", "head.bias"], ["logits"], transB=1),
    ]
    width = weights["head.weight"].shape[1]
    graph = helper.make_graph(
        nodes,
        "reader",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 1, 28, 28])],
        [
            helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", 10]),
            helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", width]),
        ],
        [numpy_helper.from_array(v, k) for k, v in weights.items() if not k.endswith("tracked")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def to_int8(model: bytes, calibration: np.ndarray) -> bytes:
    class Reader(CalibrationDataReader):
        batches = iter([{"x": calibration}])

        def get_next(self):
            return next(self.batches, None)

    with tempfile.TemporaryDirectory() as folder:
        before, after = pathlib.Path(folder, "a.onnx"), pathlib.Path(folder, "b.onnx")
        before.write_bytes(model)
        quantize_static(
            before,
            after,
            Reader(),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
        )
        return after.read_bytes()


def session(model: bytes) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def softmax(logits: np.ndarray) -> np.ndarray:
    e = np.exp(logits - logits.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def latency(run: ort.InferenceSession, picture: np.ndarray) -> str:
    times = []
    for _ in range(1200):
        start = time.perf_counter_ns()
        run.run(["logits"], {"x": picture})
        times.append((time.perf_counter_ns() - start) / 1e6)
    p50, p90, p99 = np.percentile(times[200:], [50, 90, 99])
    return f"latency p50 {p50:.3f} p90 {p90:.3f} p99 {p99:.3f} ms"


def refit(weight, bias, features, labels, importance, epochs, rate, l2, seed, batch=32):
    """Softmax regression from the old head: shuffled mini-batch descent, falling step, decay to the
    old weights; importance has mean 1."""
    old, weight, bias = weight, weight.copy(), bias.copy()
    truth, random = np.eye(10)[labels], np.random.RandomState(seed)
    importance = importance / importance.mean()
    for epoch in range(epochs):
        order, step = random.permutation(len(labels)), rate * (1 - epoch / epochs)
        for start in range(0, len(order), batch):
            k = order[start : start + batch]
            off = softmax(features[k] @ weight.T + bias) - truth[k]
            off *= importance[k][:, None] / len(k)
            weight -= step * (off.T @ features[k] + l2 * (weight - old))
            bias -= step * off.sum(0)
    return weight, bias


def main(folder: pathlib.Path, models: pathlib.Path) -> None:
    data, test = load(folder / "dataset", "train"), load(folder / "dataset", "test")
    stream, truth = pictures(folder / "stream")
    held, held_truth = pictures(folder / "held-out")
    arrays = {k: tensor(v).numpy() for k, v in
              {"train": data.pixels, "test": test.pixels, "stream": stream, "held": held}.items()}

    def right(logits, split):
        ok = logits.argmax(1) == split.labels
        return f"test {ok.mean():.4f} day {ok[~split.night].mean():.4f} night {ok[split.night].mean():.4f}"

    for name in ("reader-v1", "reader-v2", "reader-v3"):
        fp32 = to_onnx(models / f"{name}.pt2")
        int8 = to_int8(fp32, arrays["train"][:256])
        for variant, model in (("fp32", fp32), ("int8", int8)):
            run = session(model)
            ask = lambda key: run.run(["logits"], {"x": arrays[key]})[0]
            confidence = softmax(ask("stream")).max(1)
            unsure = " ".join(f"<{t}: {(confidence < t).mean():.3f}" for t in (0.5, 0.6, 0.7, 0.8))
            print(name, variant, f"{len(model) / 1024:.0f} KiB", right(ask("test"), test),
                  f"| stream {(ask('stream').argmax(1) == truth).mean():.4f}",
                  f"held-out {(ask('held').argmax(1) == held_truth).mean():.4f} unsure {unsure}",
                  f"test unsure {(softmax(ask('test')).max(1) < UNSURE_BELOW).mean():.3f}",
                  f"| {latency(run, arrays['test'][:1])}", flush=True)

    weights = torch.export.load(models / "reader-v2.pt2").state_dict
    head = weights["head.weight"].detach().numpy().astype(np.float64), weights["head.bias"].detach().numpy().astype(np.float64)
    run = session(to_onnx(models / "reader-v2.pt2"))
    features = {k: run.run(["features"], {"x": v})[0].astype(np.float64) for k, v in arrays.items()}
    chances = np.sort(softmax(features["stream"] @ head[0].T + head[1]), axis=1)
    margin = chances[:, -1] - chances[:, -2]
    for served in (600, 1200, 1900):
        captured = np.flatnonzero(chances[:served, -1] < UNSURE_BELOW)
        for budget in (60, 100, 120, 150, 200):
            for how in ("margin", "any unsure", "random"):
                results = []
                for seed in range(5 if how != "margin" else 1):
                    random = np.random.RandomState(seed)
                    pool = {"margin": captured[np.argsort(margin[captured])],
                            "any unsure": random.permutation(captured),
                            "random": random.permutation(served)}[how][:budget]
                    x = np.concatenate([features["train"], features["stream"][pool]])
                    y = np.concatenate([data.labels, truth[pool]])
                    importance = np.concatenate([np.ones(len(data.labels)), np.full(len(pool), 8.0)])
                    w, b = refit(*head, x, y, importance, epochs=30, rate=0.02, l2=0.01, seed=seed)
                    logits = {k: features[k] @ w.T + b for k in ("test", "held")}
                    ok = logits["test"].argmax(1) == test.labels
                    results.append(((logits["held"].argmax(1) == held_truth).mean(), ok.mean(), ok[test.night].mean()))
                after = np.mean(results, axis=0)
                print(f"refit served {served} unsure {len(captured)} labels {len(pool)} {how}:"
                      f" held-out {after[0]:.4f} test {after[1]:.4f} night {after[2]:.4f}", flush=True)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
