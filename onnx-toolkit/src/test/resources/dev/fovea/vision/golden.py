"""Records what Pillow and scikit-learn make of a few files, for the tests beside it.

    python golden.py

Needs Pillow, numpy and scikit-learn. Every picture is drawn here from a seed; none is anybody's.
"""

import io
import json
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image, ImageOps
from sklearn import metrics

OUT = pathlib.Path(__file__).parent


def picture(width: int, height: int) -> Image.Image:
    """Smooth colours with edges and noise, so that filters and chroma have something to do."""
    random = np.random.RandomState(5)
    y, x = np.mgrid[0:height, 0:width]
    base = np.stack([127 + 120 * np.sin(x / 7), 127 + 120 * np.cos(y / 5), (x * 5 + y * 3) % 256], 2)
    base[height // 3 : height // 2, width // 4 : width // 2] = (250, 20, 40)
    return Image.fromarray(np.clip(base + random.normal(0, 8, base.shape), 0, 255).astype(np.uint8))


def save(name: str, image: Image.Image, **options) -> None:
    image.save(OUT / name, **options)


def raw(name: str, image: Image.Image) -> None:
    """Samples as zlib: width, height, channels as big-endian ints, then the bytes."""
    image = image if image.mode == "L" else image.convert("RGB")
    array = np.asarray(image)
    channels = 1 if array.ndim == 2 else 3
    header = struct.pack(">III", image.width, image.height, channels)
    (OUT / f"{name}.raw.z").write_bytes(zlib.compress(header + array.tobytes(), 9))


def decode() -> None:
    image = picture(61, 43)
    grey = image.convert("L")
    files = {
        "rgb.png": (image, {}),
        "grey.png": (grey, {}),
        "alpha.png": (Image.merge("RGBA", (*image.split(), grey)), {}),
        "palette.png": (image.quantize(32), {}),
        "bilevel.png": (grey.convert("1"), {}),
        "baseline.jpg": (image, {"quality": 90, "subsampling": 0}),
        "subsampled.jpg": (image, {"quality": 85, "subsampling": 2}),
        "progressive.jpg": (image, {"quality": 90, "progressive": True}),
        "half-width.jpg": (image, {"quality": 60, "subsampling": 1}),
        "coarse.jpg": (image, {"quality": 5, "subsampling": 2, "progressive": True}),
        "restarts.jpg": (image, {"quality": 85, "subsampling": 2, "restart_marker_blocks": 3}),
        "kept-rgb.jpg": (image, {"quality": 90, "keep_rgb": True}),
        "tiny.jpg": (image.crop((20, 10, 23, 11)), {"quality": 90, "subsampling": 2}),
        "dot.jpg": (image.crop((20, 10, 21, 11)), {"quality": 90, "subsampling": 2}),
        "larger.jpg": (picture(203, 131), {"quality": 80, "subsampling": 2, "progressive": True}),
        "grey.jpg": (grey, {"quality": 90}),
    }
    for name, (content, options) in files.items():
        save(name, content, **options)
        opened = Image.open(OUT / name)
        raw(name, opened.convert("L") if opened.mode in ("1", "L") else opened.convert("RGB"))
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        name = f"orientation-{orientation}.jpg"
        # Blocks of one colour each: JPEG keeps them, so only their places are compared.
        blocks = Image.new("RGB", (48, 32), (10, 10, 10))
        blocks.paste((240, 240, 240), (0, 0, 16, 16))
        blocks.paste((200, 30, 30), (32, 16, 48, 32))
        save(name, blocks, quality=95, subsampling=0, exif=exif)
        raw(name, ImageOps.exif_transpose(Image.open(OUT / name)))
    save("cmyk.jpg", image.convert("CMYK"))
    save("sixteen-bit.png", Image.fromarray((np.asarray(grey).astype(np.uint16) * 257)))


def resize() -> None:
    image = Image.open(OUT / "rgb.png")
    for width, height in ((28, 28), (20, 64), (97, 20), (150, 110), (61, 43)):
        raw(f"resize-{width}x{height}", image.resize((width, height), Image.Resampling.BILINEAR))
    raw("luma", image.convert("L"))


def measures() -> None:
    random = np.random.RandomState(9)
    truth = random.randint(0, 6, 200)
    truth[truth == 4] = 3  # class 4 has no picture; class 5 is rare
    logits = (random.normal(0, 1.5, (200, 6)) + 2.5 * np.eye(6)[truth]).astype(np.float32)
    logits[:, 5] -= 6  # and is never answered
    slices = np.where(random.rand(200) < 0.3, "night", "day")
    exact = logits.astype(np.float64)
    chances = np.exp(exact - exact.max(1, keepdims=True))
    chances /= chances.sum(1, keepdims=True)
    answer = chances.argmax(1)
    ordered = np.sort(chances, 1)
    bins = np.clip(np.ceil(ordered[:, -1] * 15).astype(int) - 1, 0, 14)
    calibration = sum(
        abs((answer[bins == b] == truth[bins == b]).mean() - ordered[bins == b, -1].mean())
        * (bins == b).mean()
        for b in np.unique(bins)
    )
    present = np.unique(truth)
    golden = {
        "logits": [[float(v) for v in row] for row in logits],
        "truth": truth.tolist(),
        "slices": slices.tolist(),
        "confidence": ordered[:, -1].tolist(),
        "margin": (ordered[:, -1] - ordered[:, -2]).tolist(),
        "entropy": (-(chances * np.log(chances)).sum(1)).tolist(),
        "accuracy": metrics.accuracy_score(truth, answer),
        "macroRecall": metrics.recall_score(truth, answer, labels=present, average="macro"),
        "recall": dict(
            zip(map(str, present), metrics.recall_score(truth, answer, labels=present, average=None))
        ),
        "precision": {
            str(c): metrics.precision_score(truth, answer, labels=[c], average=None)[0]
            for c in np.unique(answer)
        },
        "confusion": metrics.confusion_matrix(truth, answer, labels=range(6)).tolist(),
        "nightAccuracy": metrics.accuracy_score(truth[slices == "night"], answer[slices == "night"]),
        "calibrationError": calibration,
    }
    (OUT / "measures.json").write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    decode()
    resize()
    measures()
