"""The same work by the peers: torch.onnx for the export, onnxruntime.quantization for INT8.

    python peers.py ../examples/digits/models/reader-v2.pt2

Needs torch 2.14, onnx, onnxscript and onnxruntime 1.29. Prints `figure <name> <median ms>`.
"""

import logging
import pathlib
import statistics
import sys
import tempfile
import time

import numpy as np
import torch
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

logging.disable(logging.WARNING)
torch.set_num_threads(2)


def median(work, warm_up=2, runs=7):
    times = []
    for i in range(-warm_up, runs):
        begun = time.perf_counter()
        work()
        if i >= 0:
            times.append((time.perf_counter() - begun) * 1e3)
    return statistics.median(times)


class Images(CalibrationDataReader):
    def __init__(self):
        random = np.random.RandomState(0)
        self.images = iter([{"x": (random.rand(1, 1, 28, 28) * 2 - 1).astype(np.float32)} for _ in range(64)])

    def get_next(self):
        return next(self.images, None)


def main(archive: pathlib.Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        fp32, ready, int8 = (str(pathlib.Path(folder) / name) for name in ("fp32.onnx", "ready.onnx", "int8.onnx"))

        def export():
            program = torch.export.load(archive)
            torch.onnx.export(program, dynamo=True, verbose=False).save(fp32)

        def quantize():
            quant_pre_process(fp32, ready, skip_symbolic_shape=True)
            quantize_static(
                ready, int8, Images(), quant_format=QuantFormat.QDQ, per_channel=True,
                activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8,
            )

        for name, work in (("export-digit-reader", export), ("quantize-digit-reader", quantize)):
            print(f"figure {name} {median(work):.3f}", flush=True)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
