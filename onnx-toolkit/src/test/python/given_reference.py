"""Writes the quantised model of GivenReferenceTest with NNCF: its Q and DQ, its scales, its own bias correction.

Run it from the module's folder with nncf 3.4, onnx and onnxruntime installed, after quantization_reference.py:

    python src/test/python/given_reference.py src/test/resources/dev/fovea/onnx/quantize
"""

import pathlib
import sys

import nncf
import numpy as np
import onnx


def main(folder):
    model = onnx.load(folder / "residual.onnx")
    data = np.fromfile(folder / "residual.calib.f32", "<f4").reshape(-1, 1, 3, 16, 16)
    quantised = nncf.quantize(model, nncf.Dataset([{"x": each} for each in data]), subset_size=len(data))
    onnx.checker.check_model(quantised)
    onnx.save(quantised, folder / "residual.nncf.onnx")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
