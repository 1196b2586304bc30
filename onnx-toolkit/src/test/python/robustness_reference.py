"""Writes what torchvision makes of two small pictures, for the tests of dev.fovea.vision.robustness.

    python robustness_reference.py ../resources/dev/fovea/vision/robustness

Made with torch 2.14.1 and torchvision 0.29.1 on a CPU; the pictures are drawn here from a seed. Samples are base64 of bytes, the channels
of a pixel side by side, rows from the top.
"""

import base64
import json
import math
import pathlib
import sys

import numpy as np
import torch
import torchvision
from torchvision.transforms import functional


def picture(width, height):
    """Smooth colours with an edge and noise."""
    chance = np.random.RandomState(5)
    y, x = np.mgrid[0:height, 0:width]
    base = np.stack([127 + 120 * np.sin(x / 4), 127 + 120 * np.cos(y / 3), (x * 11 + y * 7) % 256], 2)
    base[height // 3 : height // 2, width // 4 : width // 2] = (250, 20, 40)
    return np.clip(base + chance.normal(0, 8, base.shape), 0, 255).astype(np.uint8)


def every_grey():
    """Every sample that there is, once."""
    return np.random.RandomState(6).permutation(256).astype(np.uint8).reshape(16, 16, 1)


def packed(array):
    return base64.b64encode(np.ascontiguousarray(array, dtype=np.uint8).tobytes()).decode()


def blur(image, sigma):
    side = 2 * math.ceil(3 * sigma) + 1
    return functional.gaussian_blur(image, [side, side], [sigma, sigma])


FAULTS = {
    "brightness": ([-1, -0.4, -0.05, 0, 0.1, 0.4, 3], lambda image, s: functional.adjust_brightness(image, 1 + s)),
    "contrast": ([-1, -0.4, -0.05, 0, 0.1, 0.4, 3], lambda image, s: functional.adjust_contrast(image, 1 + s)),
    "gamma": ([-0.9, -0.5, -0.35, 0, 0.5, 1, 1.2, 2, 4], lambda image, s: functional.adjust_gamma(image, 1 + s)),
    "blur": ([0.3, 0.8, 1.5, 2.2], blur),
}


def faulty(pixels):
    image = torch.from_numpy(pixels).permute(2, 0, 1)
    return {
        "width": pixels.shape[1],
        "height": pixels.shape[0],
        "channels": pixels.shape[2],
        "samples": packed(pixels),
        "faults": [
            {"kind": kind, "strength": strength, "samples": packed(make(image, strength).permute(1, 2, 0).numpy())}
            for kind, (strengths, make) in FAULTS.items()
            for strength in strengths
        ],
    }


if __name__ == "__main__":
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    recorded = {
        "torch": torch.__version__,
        "torchvision": torchvision.__version__,
        "pictures": [faulty(picture(23, 17)), faulty(every_grey())],
    }
    (out / "torchvision.json").write_text(json.dumps(recorded, separators=(",", ":")) + "\n")
