"""Writes what pycocotools measures on made-up detections of two variants, for PrecisionsTest.

    python precision_reference.py ../resources/dev/fovea/pipelines/gate/precisions.json

Made with pycocotools 2.0.11 and numpy 2.4.6; the same seed gives the same file. Boxes are [class, x1, y1, x2, y2], detections have a score
behind the class. "fp32" and "int8" have what COCOeval says of all images and of those of the slice "night": ap, ap50, small, medium, large,
and the average precision of each class that is there.
"""

import contextlib
import io
import json
import sys

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

CLASSES = ["cup", "plate", "fork", "absent"]
IMAGES = 60


def made_up():
    random = np.random.default_rng(8)
    images = []
    for i in range(IMAGES):
        objects, fp32, int8 = [], [], []
        hardness = float(random.choice([0.2, 1, 2.5]))
        for _ in range(0 if i % 10 == 9 else int(random.integers(1, 6))):
            category = int(random.integers(0, 3))
            side = float(random.choice([12, 24, 60, 90, 150]))
            x, y = (float(random.integers(0, 400)) for _ in range(2))
            objects.append([category, x, y, x + side, y + side * 0.75])
            # INT8 errs as FP32 does, and a little more.
            score = float(random.uniform(0.3, 1))
            off = random.normal(0, hardness * 0.08 * side, 2)
            for variant, miss, more in ((fp32, 0.1, 0.0), (int8, 0.14, 0.02)):
                dx, dy = (off + random.normal(0, more * side, 2)).round(2).tolist()
                if random.random() > miss:
                    variant.append([category, round(score - more * float(random.uniform(0, 5)), 4), x + dx, y + dy, x + side, y + side * 0.75 + dy])
        for _ in range(int(random.integers(0, 3))):
            x, y = (float(random.integers(0, 400)) for _ in range(2))
            wrong = [int(random.integers(0, 4)), round(float(random.uniform(0, 0.6)), 4), x, y, x + 40, y + 30]
            fp32.append(wrong)
            int8.append(list(wrong))
        for variant in (fp32, int8):
            for box in variant:
                box[2:] = [round(max(0.0, side), 2) for side in box[2:]]
            variant.sort(key=lambda box: -box[1])
        images.append({"path": f"{i:03}.png", "slice": "night" if i % 2 else None, "objects": objects, "fp32": fp32, "int8": int8})
    return images


def measured(images, variant):
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO()
        annotations = [
            {"image_id": i, "category_id": c, "bbox": [x1, y1, x2 - x1, y2 - y1], "area": (x2 - x1) * (y2 - y1), "iscrowd": 0}
            for i, image in enumerate(images)
            for c, x1, y1, x2, y2 in image["objects"]
        ]
        truth.dataset = {
            "images": [{"id": i} for i in range(len(images))],
            "categories": [{"id": c} for c in range(len(CLASSES))],
            "annotations": [{"id": n + 1, **each} for n, each in enumerate(annotations)],
        }
        truth.createIndex()
        found = truth.loadRes(
            [
                {"image_id": i, "category_id": c, "score": score, "bbox": [x1, y1, x2 - x1, y2 - y1]}
                for i, image in enumerate(images)
                for c, score, x1, y1, x2, y2 in image[variant]
            ]
        )
        evaluation = COCOeval(truth, found, "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    precision = evaluation.eval["precision"][:, :, :, 0, 2]
    of_classes = {}
    for c, name in enumerate(CLASSES):
        counted = precision[:, :, c][precision[:, :, c] > -1]
        if len(counted):
            of_classes[name] = float(counted.mean())
    ap, ap50, _, small, medium, large = (float(number) for number in evaluation.stats[:6])
    return {"ap": ap, "ap50": ap50, "small": small, "medium": medium, "large": large, "classes": of_classes}


def main(target):
    images = made_up()
    night = [image for image in images if image["slice"]]
    reference = {
        "classes": CLASSES,
        "images": images,
        "all": {variant: measured(images, variant) for variant in ("fp32", "int8")},
        "night": {variant: measured(night, variant) for variant in ("fp32", "int8")},
    }
    with open(target, "w", encoding="utf-8") as out:
        json.dump(reference, out, separators=(",", ":"))
        out.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
