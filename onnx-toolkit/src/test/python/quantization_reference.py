"""Writes the reference models of QuantizerReferenceTest with ONNX Runtime's own quantiser.

Run it from the module's folder with onnx 1.23 and onnxruntime 1.29.0 installed:

    python src/test/python/quantization_reference.py src/test/resources/dev/fovea/onnx/quantize

For each model NAME it writes
  NAME.onnx         the float model, weights from a fixed seed
  NAME.calib.f32    calibration inputs: little-endian float32 of shape [BATCHES, *input shape]
  NAME.ranges.json  the ranges that ONNX Runtime's MinMax calibrater found, {tensor: [min, max]}
  NAME.int8.onnx    quantize_static: QDQ, QUInt8 activations, QInt8 weights per channel, MinMax
"""

import json
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType
from onnxruntime.quantization import create_calibrator, quantize_static

BATCHES = 4
SHAPE = (1, 3, 16, 16)
OPSET = 17


class Net:
    """Collects nodes and weights; each method returns the name of the tensor it makes."""

    def __init__(self, seed):
        self.random = np.random.RandomState(seed)
        self.nodes = []
        self.weights = []

    def constant(self, name, values):
        self.weights.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    def node(self, op, inputs, output, **attributes):
        self.nodes.append(helper.make_node(op, inputs, [output], name="node_" + output, **attributes))
        return output

    def conv(self, x, output, channels_in, channels_out, group=1, bias=True, scale=0.3):
        shape = (channels_out, channels_in // group, 3, 3)
        inputs = [x, self.constant(output + "_w", (self.random.randn(*shape) * scale).astype(np.float32))]
        if bias:
            inputs.append(self.constant(output + "_b", self.random.randn(channels_out).astype(np.float32)))
        return self.node("Conv", inputs, output, pads=[1, 1, 1, 1], group=group)

    def gemm(self, x, output, rows, columns, **attributes):
        shape = (columns, rows) if attributes.get("transB") else (rows, columns)
        w = self.constant(output + "_w", (self.random.randn(*shape) * 0.1).astype(np.float32))
        b = self.constant(output + "_b", self.random.randn(columns).astype(np.float32))
        return self.node("Gemm", [x, w, b], output, **attributes)

    def model(self, output, shape):
        graph = helper.make_graph(
            self.nodes,
            "reference",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", *SHAPE[1:]])],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, shape)],
            self.weights,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9)
        onnx.checker.check_model(model)
        return model


def cnn():
    net = Net(1)
    x = net.node("Relu", [net.conv("x", "c1", 3, 8)], "r1")
    x = net.node("MaxPool", [x], "p1", kernel_shape=[2, 2], strides=[2, 2])
    low, high = net.constant("low", np.float32(0)), net.constant("high", np.float32(6))
    x = net.node("Clip", [net.conv(x, "c2", 8, 16), low, high], "r2")
    x = net.node("AveragePool", [x], "p2", kernel_shape=[2, 2], strides=[2, 2])
    return net.model(net.gemm(net.node("Flatten", [x], "f"), "y", 256, 10, transB=1), ["n", 10])


def residual():
    net = Net(2)
    stem = net.node("Relu", [net.conv("x", "c1", 3, 8)], "r1")
    branch = net.node("Relu", [net.conv(stem, "c2", 8, 8)], "r2")
    total = net.node("Add", [net.conv(branch, "c3", 8, 8), stem], "sum")
    x = net.node("GlobalAveragePool", [net.node("Relu", [total], "r3")], "pool")
    return net.model(net.gemm(net.node("Flatten", [x], "f"), "y", 8, 5), ["n", 5])


def concat():
    net = Net(3)
    stem = net.conv("x", "c1", 3, 8)
    swish = net.node("Mul", [stem, net.node("Sigmoid", [stem], "s1")], "m1")
    deep = net.conv(swish, "c2", 8, 8, group=8, bias=False)
    # Two readers of c3, so that its Relu cannot go.
    wide = net.conv(swish, "c3", 8, 4)
    kept = net.node("Relu", [wide], "r3")
    x = net.node("Concat", [deep, wide, kept], "cat", axis=1)
    x = net.node("MaxPool", [x], "p1", kernel_shape=[4, 4], strides=[4, 4])
    x = net.node("Transpose", [x], "t1", perm=[0, 2, 3, 1])
    x = net.node("Reshape", [x, net.constant("flat", np.array([0, 16, 16], np.int64))], "rs")
    w = net.constant("mm_w", (net.random.randn(16, 6) * 0.2).astype(np.float32))
    x = net.node("MatMul", [x, w], "mm")
    x = net.node("Add", [x, net.constant("mm_b", net.random.randn(6).astype(np.float32))], "logits")
    return net.model(net.node("Softmax", [x], "y", axis=-1), ["n", 16, 6])


def loud_bias():
    """Channels whose bias does not fit in 32 bits under the usual scale."""
    net = Net(4)
    w = (net.random.randn(4, 3, 3, 3) * 0.3).astype(np.float32)
    w[1] *= 1e-10
    w[2] = 0
    b = np.array([0.5, 30.0, -7.0, -0.25], np.float32)
    net.node("Conv", ["x", net.constant("y_w", w), net.constant("y_b", b)], "y", pads=[1, 1, 1, 1])
    return net.model("y", ["n", 4, 16, 16])


class Batches(CalibrationDataReader):
    def __init__(self, data):
        self.rest = [{"x": batch} for batch in data]

    def get_next(self):
        return self.rest.pop(0) if self.rest else None


def main(folder):
    assert onnxruntime.__version__ == "1.29.0", onnxruntime.__version__
    for build in (cnn, residual, concat, loud_bias):
        base = folder / build.__name__
        float_file, int8_file = f"{base}.onnx", f"{base}.int8.onnx"
        onnx.save(build(), float_file)
        data = np.random.RandomState(100).randn(BATCHES, *SHAPE).astype("<f4")
        pathlib.Path(f"{base}.calib.f32").write_bytes(data.tobytes())

        scratch = str(folder / "augmented.onnx")
        calibrator = create_calibrator(float_file, None, scratch, CalibrationMethod.MinMax)
        calibrator.collect_data(Batches(data))
        ranges = {
            name: [float(np.float32(bound).item()) for bound in values.range_value]
            for name, values in calibrator.compute_data().items()
        }
        del calibrator
        pathlib.Path(scratch).unlink()
        pathlib.Path(f"{base}.ranges.json").write_text(json.dumps(ranges, indent=1, sort_keys=True) + "\n")

        quantize_static(
            float_file,
            int8_file,
            Batches(data),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.MinMax,
        )


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
