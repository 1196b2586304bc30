"""Writes outlines and the masks that pycocotools 2.0.11 makes of them, for OutlinesTest.

    python outline_reference.py ../resources/dev/fovea/mask/outlines.json

Each line is one object: {"size": [width, height], "outlines": [[x, y, x, y, ...], ...], "counts": COCO's compressed text}. The seed is fixed.
"""

import json
import pathlib
import sys

import numpy as np
from pycocotools import mask


def outline(chance, width, height):
    corners = chance.randint(3, 12)
    kind = chance.randint(7)
    points = chance.uniform(-0.3, 1.3, (corners, 2)) * [width, height]  # crosses itself, leaves the image
    if kind == 1:
        angles = np.sort(chance.uniform(0, 2 * np.pi, corners))
        points = np.stack([np.cos(angles), np.sin(angles)], 1) * [width / 2.5, height / 2.5] + [width / 2, height / 2]
    elif kind == 2:
        points = np.round(points)
    elif kind == 3:
        points = np.repeat(points, 2, axis=0)  # corners twice
    elif kind == 4:
        points = np.clip(points, 0, [width, height])
    elif kind == 5:
        points = chance.randint(-2, 8, (corners, 2)) / 2 + chance.randint(0, 2)  # upright and slanted edges, small
    elif kind == 6:
        points = (chance.randint(0, 5 * max(width, height), (corners, 2)) + chance.choice([0, 0.5, 0.499999])) / 5
    return points.ravel().round(chance.randint(0, 7)).tolist()


def main():
    chance = np.random.RandomState(5)
    lines = []
    for _ in range(240):
        width, height = (int(chance.randint(1, 60)) for _ in range(2))
        outlines = [outline(chance, width, height) for _ in range(chance.choice([1, 1, 1, 2, 3]))]
        merged = mask.merge(mask.frPyObjects(outlines, height, width))
        lines.append(json.dumps({"size": [width, height], "outlines": outlines, "counts": merged["counts"].decode()}, separators=(",", ":")))
    pathlib.Path(sys.argv[1]).write_text("[\n" + ",\n".join(lines) + "\n]\n")


main()
