"""Writes which tiles SAHI makes of images, and what it merges of drawn boxes, for the tests of dev.fovea.vision.tiling.

    python tiling_reference.py ../resources/dev/fovea/vision/tiling

Made with SAHI (obss/sahi, MIT licence), whose version is in the file; it is run, nothing of it is copied. Boxes are drawn here from a
seed, in quarters of pixels, many of them equally sure; a box is [class, score, left, top, right, bottom].
"""

import importlib.metadata
import json
import pathlib
import random
import sys

from sahi.postprocess.combine import GreedyNMMPostprocess, NMSPostprocess
from sahi.prediction import ObjectPrediction
from sahi.slicing import get_slice_bboxes

IMAGES = [(1920, 1080), (4000, 3000), (640, 640), (639, 641), (1152, 640), (1153, 640), (300, 200), (5000, 100), (1000, 1000)]
TILES = [(640, 640, 0.2), (512, 512, 0.25), (640, 480, 0.0), (100, 1000, 0.29), (333, 217, 0.57)]
MERGES = [
    ("GREEDY_NMM", "IOS", 0.5),
    ("GREEDY_NMM", "IOU", 0.5),
    ("GREEDY_NMM", "IOS", 0.75),
    ("GREEDY_NMM", "IOU", 0.125),
    ("NMS", "IOS", 0.5),
    ("NMS", "IOU", 0.5),
]


def slices():
    made = []
    for width, height in IMAGES:
        for tile_width, tile_height, overlap in TILES:
            tiles = get_slice_bboxes(
                image_height=height,
                image_width=width,
                slice_height=tile_height,
                slice_width=tile_width,
                overlap_height_ratio=overlap,
                overlap_width_ratio=overlap,
            )
            made.append({"image": [width, height], "tile": [tile_width, tile_height], "overlap": overlap, "tiles": tiles})
    return made


def boxes(chance, count):
    drawn = set()
    while len(drawn) < count:
        left, top = chance.randrange(0, 240), chance.randrange(0, 240)
        right, bottom = left + chance.randrange(8, 120), top + chance.randrange(8, 120)
        score = chance.randrange(1, 17) / 16
        drawn.add((chance.randrange(2), score, left / 4, top / 4, right / 4, bottom / 4))
    drawn = sorted(drawn)
    chance.shuffle(drawn)
    return drawn


def merged(merge, match, threshold, found):
    predictions = [
        ObjectPrediction(bbox=list(box), category_id=category, category_name=str(category), score=score, full_shape=[200, 200])
        for category, score, *box in found
    ]
    made = {"GREEDY_NMM": GreedyNMMPostprocess, "NMS": NMSPostprocess}[merge](
        match_threshold=threshold, match_metric=match, class_agnostic=False
    )
    left = made(predictions)
    return sorted([each.category.id, float(each.score.value), *map(float, each.bbox.to_xyxy())] for each in left)


def merges():
    chance = random.Random(5)
    made = []
    for merge, match, threshold in MERGES:
        for count in (2, 12, 40):
            for _ in range(2):
                found = boxes(chance, count)
                made.append(
                    {
                        "merge": merge,
                        "match": match,
                        "threshold": threshold,
                        "found": found,
                        "merged": merged(merge, match, threshold, found),
                    }
                )
    return made


def lines(name, items):
    return '"%s": [\n%s\n]' % (name, ",\n".join(json.dumps(item, separators=(",", ":")) for item in items))


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    version = importlib.metadata.version("sahi")
    text = '{"sahi": "%s",\n%s,\n%s\n}\n' % (version, lines("slices", slices()), lines("merges", merges()))
    (folder / "sahi.json").write_text(text)


if __name__ == "__main__":
    main()
