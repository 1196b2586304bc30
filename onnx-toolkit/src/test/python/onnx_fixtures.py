"""Writes small ONNX files with the reference implementation, for tests of the codec.

    python onnx_fixtures.py ../resources/dev/fovea/onnx/graph

`canonical.onnx` holds every kind of value that the codec carries, serialised by the onnx package, so
that the codec must write exactly its bytes. `typed-fields.onnx` holds tensors as numbers and not as
raw bytes, with `raw-fields.onnx` as the same model in raw bytes.
"""

import pathlib
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def branch(name, value):
    constant = numpy_helper.from_array(np.array([value], np.float32), f"{name}_value")
    node = helper.make_node("Add", ["relu", f"{name}_value"], [f"{name}_out"], name=f"{name}_add")
    out = helper.make_tensor_value_info(f"{name}_out", TensorProto.FLOAT, ["n", 3])
    return helper.make_graph([node], name, [], [out], [constant])


def canonical():
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 3])
    flag = helper.make_tensor_value_info("flag", TensorProto.BOOL, [])
    out = helper.make_tensor_value_info("out", TensorProto.FLOAT, [None, 3])
    nodes = [
        helper.make_node("Gemm", ["x", "w", ""], ["gemm"], name="gemm", alpha=0.5, transB=1),
        helper.make_node("Relu", ["gemm"], ["relu"], name="größe"),
        helper.make_node(
            "If", ["flag"], ["chosen"], else_branch=branch("no", -1.5), then_branch=branch("yes", 2.5)
        ),
        helper.make_node(
            "Custom", ["chosen"], ["out", ""], name="custom", domain="dev.example",
            floats=[1.0, -0.0, float("inf")], ints=[-1, 2**40, 0], strings=["a", "β"],
            tensor=numpy_helper.from_array(np.arange(4, dtype=np.int8)), text="text",
        ),
    ]
    weight = numpy_helper.from_array(np.arange(9, dtype=np.float32).reshape(3, 3) / 4 - 1, "w")
    unused = numpy_helper.from_array(np.array([[2**62, -5]], np.int64), "unused")
    graph = helper.make_graph(nodes, "canonical", [x, flag], [out], [weight, unused])
    graph.value_info.append(helper.make_tensor_value_info("relu", TensorProto.FLOAT, ["n", 3]))
    # Domains in the order of their names, without an explicit empty one, as the codec writes them.
    opsets = [onnx.OperatorSetIdProto(version=20), helper.make_opsetid("dev.example", 3)]
    model = helper.make_model(graph, producer_name="fixtures", opset_imports=opsets, ir_version=9)
    model.opset_import[0].ClearField("domain")
    helper.set_model_props(model, {"author": "fixtures", "labels": "0,1,2"})
    return model


TYPED = {
    "float": (TensorProto.FLOAT, [1.5, -2.25, 0.0]),
    "double": (TensorProto.DOUBLE, [1e300, -0.5]),
    "int64": (TensorProto.INT64, [-1, 2**62]),
    "int32": (TensorProto.INT32, [-7, 8]),
    "int8": (TensorProto.INT8, [-128, 127]),
    "uint8": (TensorProto.UINT8, [0, 255]),
    "uint16": (TensorProto.UINT16, [65535, 1]),
    "bool": (TensorProto.BOOL, [True, False]),
    "uint64": (TensorProto.UINT64, [2**64 - 1, 3]),
    "uint32": (TensorProto.UINT32, [2**32 - 1, 4]),
    "float16": (TensorProto.FLOAT16, [0.5, -65504.0]),
    "bfloat16": (TensorProto.BFLOAT16, [1.0, -3.0]),
    "empty": (TensorProto.FLOAT, []),
}


def typed(raw):
    initializers = []
    for name, (code, values) in TYPED.items():
        tensor = helper.make_tensor(name, code, [len(values)], values)
        if raw:
            tensor = numpy_helper.from_array(numpy_helper.to_array(tensor), name)
            tensor.data_type = code
        initializers.append(tensor)
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [3])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, [3])
    graph = helper.make_graph(
        [helper.make_node("Add", ["x", "float"], ["y"], doc_string="dropped")],
        "typed", [x], [y], initializers, doc_string="dropped",
    )
    return helper.make_model(
        graph, producer_name="fixtures", opset_imports=[helper.make_opsetid("", 20)], ir_version=9
    )


def main(folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    models = {"canonical": canonical(), "typed-fields": typed(False), "raw-fields": typed(True)}
    for name, model in models.items():
        (folder / f"{name}.onnx").write_bytes(model.SerializeToString(deterministic=True))
    onnx.checker.check_model(models["typed-fields"])


main(sys.argv[1])
