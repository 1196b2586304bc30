"""Writes the tiny ONNX models of the tests; same bytes on every run. Needs onnx and numpy.

Usage: make_models.py FOLDER...

Each model sees 4 x 4 grey images (values 0 to 1) and tells dark from bright by their mean m:
  bright.onnx    logits (-8 (m - 0.5), 8 (m - 0.5)), any batch
  vague.onnx     the same at a hundredth: right, but never sure
  softmax.onnx   bright's probabilities, for one image at a time
  two_inputs.onnx  adds two inputs: no model that can be served
"""

import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def save(folder, name, nodes, inputs, outputs, initializers):
    graph = helper.make_graph(nodes, name, inputs, outputs, initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], producer_name="fovea-tests")
    model.ir_version = 8
    onnx.checker.check_model(model)
    (folder / f"{name}.onnx").write_bytes(model.SerializeToString(deterministic=True))


def brightness(folder, name, gain, batch, softmax):
    weights = np.stack([np.full(16, -gain / 16), np.full(16, gain / 16)], axis=1).astype(np.float32)
    bias = np.array([gain / 2, -gain / 2], dtype=np.float32)
    last = "probabilities_out" if softmax else "logits"
    nodes = [
        helper.make_node("Flatten", ["pixels"], ["flat"], axis=1),
        helper.make_node("Gemm", ["flat", "weights", "bias"], ["logits"]),
    ]
    if softmax:
        nodes.append(helper.make_node("Softmax", ["logits"], [last], axis=1))
    save(
        folder,
        name,
        nodes,
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, [batch, 1, 4, 4])],
        [helper.make_tensor_value_info(last, TensorProto.FLOAT, [batch, 2])],
        [numpy_helper.from_array(weights, "weights"), numpy_helper.from_array(bias, "bias")],
    )


def main():
    for argument in sys.argv[1:]:
        folder = pathlib.Path(argument)
        folder.mkdir(parents=True, exist_ok=True)
        brightness(folder, "bright", 8.0, "n", False)
        brightness(folder, "vague", 0.08, "n", False)
        brightness(folder, "softmax", 8.0, 1, True)
        shape = ["n", 1, 4, 4]
        save(
            folder,
            "two_inputs",
            [helper.make_node("Add", ["a", "b"], ["sum"])],
            [helper.make_tensor_value_info(each, TensorProto.FLOAT, shape) for each in ("a", "b")],
            [helper.make_tensor_value_info("sum", TensorProto.FLOAT, shape)],
            [],
        )


main()
