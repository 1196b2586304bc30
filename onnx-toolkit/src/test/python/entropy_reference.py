"""Writes the histograms of EntropyReferenceTest with what ONNX Runtime's own entropy calibrater makes of them.

Run it from the module's folder with onnx 1.23 and onnxruntime 1.29.0 installed:

    python src/test/python/entropy_reference.py src/test/resources/dev/fovea/onnx/quantize/entropy.json

ONNX Runtime's search is right only where the levels divide the bins without a rest: it leaves the rest out of the candidate's distribution. With an
odd number of levels, 51, and 51 x 19 bins, every 51st candidate is such a one, and the penalty for a rest that has values keeps it from choosing any
other. It also cuts off fractions of the candidate's distribution, so each count is a multiple of all numbers up to 19; and it puts parts of it where the
reference has nothing, so no bin is empty.
"""

import contextlib
import io
import json
import math
import pathlib
import sys

import numpy as np
import onnxruntime
from onnxruntime.quantization import calibrate

LEVELS, MOST_IN_LEVEL, VALUES = 51, 19, 400_000
BINS = LEVELS * MOST_IN_LEVEL


def cases():
    chance = np.random.RandomState(7)
    normal = chance.randn(VALUES)
    yield "gauss", normal
    yield "laplace", chance.laplace(size=VALUES)
    yield "heavy", np.clip(chance.standard_t(3, VALUES), -40, 40)
    yield "shifted", 1 + 2 * normal
    yield "even", chance.uniform(-1, 1, VALUES)


def main(file):
    assert onnxruntime.__version__ == "1.29.0", onnxruntime.__version__
    written = {"levels": LEVELS, "cases": []}
    original, found = calibrate.entropy, []

    def recorded(p, q):
        found.append(float(original(p, q)))
        return np.float32(found[-1])

    calibrate.entropy = recorded
    for name, values in cases():
        found.clear()
        collector = calibrate.HistogramCollector("entropy", False, BINS, LEVELS, None, "same")
        with contextlib.redirect_stdout(io.StringIO()):
            collector.collect({"x": list(values.astype(np.float32).reshape(4, -1))})
            counts, edges, low, high, threshold = collector.histogram_dict["x"]
            # Later batches may have added bins; the middle ones are enough here.
            rest = (counts.size - BINS) // 2
            counts, edges = counts[rest : rest + BINS] + 1, edges[rest : rest + BINS + 1]
            collector.histogram_dict["x"] = (counts * math.lcm(*range(1, MOST_IN_LEVEL + 1)), edges, -np.float32("inf"), np.float32("inf"), threshold)
            chosen = collector.compute_collection_result()["x"]
        begin, end = (int(np.argmin(np.abs(edges - each))) for each in chosen[:2])
        right = range(LEVELS // 2, BINS // 2 + 1, LEVELS)
        assert (end - begin) % LEVELS == 0, (name, begin, end)
        divergences = [found[i - LEVELS // 2] for i in right]
        written["cases"].append(
            {"name": name, "begin": begin, "end": end, "divergences": [float(f"{d:.7g}") for d in divergences], "counts": counts.tolist()}
        )
        print(name, begin, end, divergences)
    file.write_text(json.dumps(written) + "\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
