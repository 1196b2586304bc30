"""Writes what torchvision and Pillow make of two small pictures, for the tests of dev.fovea.vision.robustness.

    python robustness_reference.py ../resources/dev/fovea/vision/robustness

Made with torch 2.14.1, torchvision 0.29.1 and Pillow 13.0.0 on a CPU; noise, which has no reference elsewhere, is written here a second
time. The pictures are drawn here from a seed. Samples are base64 of bytes, the channels of a pixel side by side, rows from the top.
"""

import base64
import hashlib
import io
import json
import math
import pathlib
import sys

import numpy as np
import torch
import torchvision
from PIL import Image
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


def longs(seed):
    """SplittableRandom's: SplitMix64 (Steele, Lea and Flood 2014) with the golden gamma."""
    mask = (1 << 64) - 1
    while True:
        seed = (seed + 0x9E3779B97F4A7C15) & mask
        mixed = ((seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9) & mask
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & mask
        yield mixed ^ (mixed >> 31)


def normals(seed):
    chance = longs(seed)
    while True:
        x, y = ((next(chance) >> 11) * 2.0**-53 * 2 - 1 for _ in range(2))
        square = x * x + y * y
        if 0 < square < 1:
            scale = math.sqrt(-2 * math.log(square) / square)
            yield x * scale
            yield y * scale


def noise(image, deviation):
    pixels = image.permute(1, 2, 0).numpy()
    samples = np.ascontiguousarray(pixels).tobytes()
    normal = normals(int.from_bytes(hashlib.sha256(samples).digest()[:8], "big"))
    noisy = [min(max(math.floor(sample + 255 * deviation * next(normal) + 0.5), 0), 255) for sample in samples]
    return torch.from_numpy(np.array(noisy, dtype=np.uint8).reshape(pixels.shape)).permute(2, 0, 1)


def jpeg(image, loss):
    file = io.BytesIO()
    functional.to_pil_image(image).save(file, "JPEG", quality=round(100 * (1 - loss)), subsampling="4:2:0")
    return functional.pil_to_tensor(Image.open(file))


FAULTS = {
    "brightness": ([-1, -0.4, -0.05, 0, 0.1, 0.4, 3], lambda image, s: functional.adjust_brightness(image, 1 + s)),
    "contrast": ([-1, -0.4, -0.05, 0, 0.1, 0.4, 3], lambda image, s: functional.adjust_contrast(image, 1 + s)),
    "gamma": ([-0.9, -0.5, -0.35, 0, 0.5, 1, 1.2, 2, 4], lambda image, s: functional.adjust_gamma(image, 1 + s)),
    "blur": ([0.3, 0.8, 1.5, 2.2], blur),
    "noise": ([0.02, 0.15, 1], noise),
    "jpeg": ([0.1, 0.25, 0.5, 0.75, 0.9], jpeg),
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
        "pillow": Image.__version__,
        "pictures": [faulty(picture(23, 17)), faulty(every_grey())],
    }
    (out / "faults.json").write_text(json.dumps(recorded, separators=(",", ":")) + "\n")
