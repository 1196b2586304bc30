"""Writes the ONNX models of the Kubernetes test; the same bytes on every run. Needs onnx and numpy.

Usage: kubernetes_models.py FOLDER

All see 4 x 4 grey images and tell dark from bright: bright.onnx, better.onnx (the same with another gain), vague.onnx (right, but never
sure) and slow.onnx (bright's answers after 2560 products with a 1024 x 1024 matrix: 0.25 s on a fast processor, a second on a busy one).
"""

import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SIDE = 1024
PRODUCTS = 2560


def save(folder, name, nodes, initializers):
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["n", 1, 4, 4])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", 2])],
        initializers,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], producer_name="fovea-tests")
    model.ir_version = 8
    onnx.checker.check_model(model)
    (folder / f"{name}.onnx").write_bytes(model.SerializeToString(deterministic=True))


def brightness(gain, answer):
    weights = np.stack([np.full(16, -gain / 16), np.full(16, gain / 16)], axis=1).astype(np.float32)
    bias = np.array([gain / 2, -gain / 2], dtype=np.float32)
    nodes = [
        helper.make_node("Flatten", ["pixels"], ["flat"], axis=1),
        helper.make_node("Gemm", ["flat", "weights", "bias"], [answer]),
    ]
    return nodes, [numpy_helper.from_array(weights, "weights"), numpy_helper.from_array(bias, "bias")]


def slow(folder):
    nodes, initializers = brightness(8.0, "quick")
    random = np.random.default_rng(7)
    initializers += [
        numpy_helper.from_array((random.random((16, SIDE)) / 16).astype(np.float32), "widen"),
        numpy_helper.from_array((random.random((SIDE, SIDE)) / SIDE).astype(np.float32), "again"),
        numpy_helper.from_array(np.zeros((SIDE, 2), dtype=np.float32), "nothing"),
    ]
    nodes.append(helper.make_node("MatMul", ["flat", "widen"], ["x0"]))
    for i in range(PRODUCTS):
        nodes.append(helper.make_node("MatMul", [f"x{i}", "again"], [f"x{i + 1}"]))
    nodes.append(helper.make_node("MatMul", [f"x{PRODUCTS}", "nothing"], ["zero"]))
    nodes.append(helper.make_node("Add", ["quick", "zero"], ["logits"]))
    save(folder, "slow", nodes, initializers)


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, gain in [("bright", 8.0), ("better", 9.0), ("best", 10.0), ("vague", 0.08)]:
        save(folder, name, *brightness(gain, "logits"))
    slow(folder)


main()
