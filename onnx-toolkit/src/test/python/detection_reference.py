"""Writes what pycocotools measures on small made-up detections, for the tests of dev.fovea.vision.metrics.detection.

    python detection_reference.py ../resources/dev/fovea/vision/detection

Made with pycocotools 2.0.11 and numpy 2.4.6; the same seeds give the same files. For each set NAME.json has
  categories, images, caps    ids, and COCO's maxDets
  truths                      [image, category, left, top, width, height, area, crowd]
  detections                  [image, category, score, left, top, width, height]
                              of masks: [image, category, area, crowd, segmentation] and [image, category, score, segmentation],
                              where images are [image, width, height], and a segmentation is outlines, run lengths or their text
  stats                       COCO's twelve numbers
  recall                      eval["recall"], flat, in the order overlap, category, area, cap
  curves                      different curves of 101 points as [times, number, times, number, ...]
  precision, scores           for each category, area, cap, overlap (in this order) the place of its curve in `curves`
  voc                         of boxes: [category, VOC2007's measure, VOC2010's] at overlap 0.5 and at 0.7; crowds are difficult ones
digests.json has hashes of the same arrays for a larger set, which the test generates again from the rule in `generated`.
"""

import contextlib
import hashlib
import io
import json
import pathlib
import sys

import numpy as np
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

CAPS = [1, 10, 100]


def evaluated(images, categories, annotations, results, kind="bbox", caps=None):
    """COCOeval after summarize(). Annotation ids begin with 1: pycocotools takes 0 for "unmatched"."""
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO()
        truth.dataset = {
            "images": images,
            "categories": [{"id": c} for c in categories],
            "annotations": [{"id": i + 1, **each} for i, each in enumerate(annotations)],
        }
        truth.createIndex()
        found = truth.loadRes(results)
        evaluation = COCOeval(truth, found, kind)
        evaluation.params.maxDets = list(caps or CAPS)
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return evaluation


def expected(evaluation):
    precision, recall, scores = (evaluation.eval[name] for name in ("precision", "recall", "scores"))
    overlaps, _, categories, areas, caps = precision.shape
    curves, places = [], {}

    def place(curve):
        runs = []
        for number in curve.tolist():
            if runs and runs[-1] == number:
                runs[-2] += 1
            else:
                runs += [1, number]
        return places.setdefault(tuple(runs), len(places))

    def all_places(array):
        return [
            place(array[t, :, k, a, m]) for k in range(categories) for a in range(areas) for m in range(caps) for t in range(overlaps)
        ]

    told = {"stats": evaluation.stats.tolist(), "recall": recall.ravel().tolist()}
    told |= {"precision": all_places(precision), "scores": all_places(scores)}
    curves = [list(runs) for runs in places]
    return told | {"curves": curves}


def boxes(name, seed, image_count, categories, truth_mean, detection_mean, caps=None, busy=0):
    """Truths with crowds and areas at the edges of ranges, detections near them with few different scores."""
    chance = np.random.RandomState(seed)
    images = chance.permutation(np.arange(1, image_count + 1) * 7).tolist()
    truths, detections = [], []
    for image in images:
        if chance.rand() < 0.15:
            continue  # an empty image
        for category in categories[:-1]:  # the last category has no truth
            for _ in range(chance.poisson(truth_mean)):
                width, height = np.exp(chance.uniform(2, 5, 2)).round(2)
                left, top = chance.uniform(0, 200, 2).round(2)
                area = float(chance.choice([1024, 9216, 1e5, round(width * height * 0.7, 3), width * height]))
                crowd = int(chance.rand() < 0.12 or category == categories[1])  # the second one has nothing but crowds
                truths.append([image, category, left, top, width, height, area, crowd])
                for _ in range(chance.poisson(detection_mean)):
                    moved = (np.array([left, top, width, height]) * chance.normal(1, 0.06, 4)).round(2)
                    score = float(chance.randint(1, 17)) / 16
                    label = category if chance.rand() < 0.9 else int(chance.choice(categories))
                    detections.append([image, label, score, *moved.tolist()])
        for _ in range(chance.poisson(3)):
            left, top, width, height = chance.uniform(0, 150, 4).round(2).tolist()
            detections.append([image, int(chance.choice(categories)), round(chance.rand(), 3), left, top, width, height])
    for _ in range(busy):  # more detections of one image and category than any cap
        left, top, width, height = chance.uniform(0, 150, 4).round(1).tolist()
        detections.append([images[0], categories[0], round(chance.rand(), 2), left, top, width, height])
    # exact copies: overlap 1, and the same box twice
    for truth in truths[:6]:
        detections += [[truth[0], truth[1], 0.5, *truth[2:6]]] * 2
    return recorded(name, images, categories, truths, [detections[i] for i in chance.permutation(len(detections))], caps)


def grid(name, seed, image_count, categories):
    """Boxes on a coarse grid: truths in the same place, equal overlaps, overlaps at a level, crowds over single objects."""
    chance = np.random.RandomState(seed)
    truths, detections = [], []
    images = list(range(1, image_count + 1))

    def box(sizes):
        return [int(n) for n in (*(chance.randint(0, 4, 2) * 10), *chance.choice(sizes, 2))]

    for image in images:
        for category in categories:
            for _ in range(chance.poisson(4)):
                left, top, width, height = box([20, 30, 40])
                truths.append([image, category, left, top, width, height, int(chance.choice([width * height, 1024, 400, 9216])), 0])
            for _ in range(chance.poisson(0.7)):
                truths.append([image, category, *box([40, 60, 90]), 2000, 1])
            for _ in range(chance.poisson(7)):
                detections.append([image, category, float(chance.randint(1, 9)) / 8, *box([20, 30, 40])])
    return recorded(name, images, categories, [truths[i] for i in chance.permutation(len(truths))], detections, None)


def recorded(name, images, categories, truths, detections, caps):
    evaluation = evaluated(
        [{"id": i, "width": 640, "height": 480} for i in images],
        categories,
        [{"image_id": t[0], "category_id": t[1], "bbox": t[2:6], "area": t[6], "iscrowd": t[7]} for t in truths],
        [{"image_id": d[0], "category_id": d[1], "score": d[2], "bbox": d[3:7]} for d in detections],
        caps=caps,
    )
    given = {"categories": categories, "images": images, "caps": caps or CAPS, "truths": truths, "detections": detections}
    given["voc"] = [[voc(category, truths, detections, least) for category in categories] for least in (0.5, 0.7)]
    return name, given | expected(evaluation)


def voc(category, truths, detections, least):
    """py-faster-rcnn's voc_eval, on numbers in memory: its pixels are inclusive and ours are not, so there is no +1 here."""
    known = {}
    for image, _, left, top, width, height, _, difficult in (t for t in truths if t[1] == category):
        known.setdefault(image, []).append([left, top, left + width, top + height, difficult, False])
    positives = sum(not t[4] for each in known.values() for t in each)
    if not positives:
        return [category, None, None]
    found = sorted((d for d in detections if d[1] == category), key=lambda d: d[0])
    found = [found[i] for i in np.argsort([-d[2] for d in found], kind="stable")]
    right, wrong = np.zeros(len(found)), np.zeros(len(found))
    for i, (image, _, _, left, top, width, height) in enumerate(found):
        best, most = None, -np.inf
        if known.get(image):
            there = np.array([t[:4] for t in known[image]])
            across = np.maximum(np.minimum(there[:, 2], left + width) - np.maximum(there[:, 0], left), 0)
            down = np.maximum(np.minimum(there[:, 3], top + height) - np.maximum(there[:, 1], top), 0)
            areas = (there[:, 2] - there[:, 0]) * (there[:, 3] - there[:, 1])
            overlaps = across * down / (width * height + areas - across * down)
            most, best = overlaps.max(), known[image][int(overlaps.argmax())]
        if most >= least:
            if not best[4]:
                right[i], wrong[i] = not best[5], best[5]
                best[5] = True
        else:
            wrong[i] = 1
    right, wrong = right.cumsum(), wrong.cumsum()
    recall, precision = right / positives, right / np.maximum(right + wrong, np.finfo(float).eps)
    eleven = sum((precision[recall >= t].max() if (recall >= t).any() else 0) / 11 for t in np.arange(0, 1.1, 0.1))
    ends, best = np.concatenate([[0], recall, [1]]), np.concatenate([[0], precision, [0]])
    for i in range(len(best) - 1, 0, -1):
        best[i - 1] = max(best[i - 1], best[i])
    steps = np.flatnonzero(ends[1:] != ends[:-1])
    return [category, float(eleven), float(((ends[steps + 1] - ends[steps]) * best[steps + 1]).sum())]


def blob(chance, place, size, corners):
    angles = np.sort(chance.uniform(0, 2 * np.pi, corners))
    radii = chance.uniform(0.6, 1, (corners, 1))
    points = np.stack([np.cos(angles), np.sin(angles)], 1) * radii * size / 2 + place
    return points.ravel().round(2).tolist()


def counts_of(text, height, width):
    """COCO's uncompressed counts."""
    flat = coco_mask.decode({"size": [height, width], "counts": text}).ravel(order="F")
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flat]))).tolist()
    return np.diff([0, *edges, flat.size]).tolist()


def masks(name, seed, image_count, categories):
    """Outlines in one part or two, and run lengths both ways; detections are run lengths, as loadRes wants them."""
    chance = np.random.RandomState(seed)
    sizes = {int(i): [int(w) for w in chance.randint(90, 150, 2)] for i in chance.permutation(np.arange(1, image_count + 1))}
    truths, results = [], []
    for image, (width, height) in sizes.items():
        for category in categories:
            for _ in range(chance.poisson(0.9)):
                place, size = chance.uniform(10, 100, 2), chance.uniform(15, 110)
                parts = [blob(chance, place + 20 * i, size, chance.randint(4, 12)) for i in range(chance.choice([1, 1, 2]))]
                text = coco_mask.merge(coco_mask.frPyObjects(parts, height, width))["counts"].decode()
                crowd = int(chance.rand() < 0.15)
                form = chance.randint(3) if not crowd else 1
                told = [parts, {"counts": counts_of(text, height, width)}, {"counts": text}][form]
                area = float(coco_mask.area({"size": [height, width], "counts": text})) + float(chance.choice([0, 0.5]))
                truths.append([image, category, area, crowd, told])
                for _ in range(chance.poisson(1.5)):
                    moved = [(np.array(part) + chance.normal(0, size / 25, len(part))).round(2).tolist() for part in parts]
                    text = coco_mask.merge(coco_mask.frPyObjects(moved, height, width))["counts"].decode()
                    results.append([image, category, float(chance.randint(1, 12)) / 12, {"counts": text}])
        text = coco_mask.frPyObjects([blob(chance, chance.uniform(0, 100, 2), 40, 5)], height, width)[0]["counts"].decode()
        results.append([image, int(chance.choice(categories)), round(chance.rand(), 2), {"counts": text}])
    everything = {"counts": counts_of(coco_mask.encode(np.ones(sizes[1][::-1], np.uint8, order="F"))["counts"], *sizes[1][::-1])}
    truths.append([1, categories[0], 5000.0, 1, everything])

    def sized(image, told):
        return told if isinstance(told, list) else {"size": sizes[image][::-1], **told}

    evaluation = evaluated(
        [{"id": i, "width": w, "height": h} for i, (w, h) in sizes.items()],
        categories,
        [{"image_id": t[0], "category_id": t[1], "area": t[2], "iscrowd": t[3], "segmentation": sized(t[0], t[4])} for t in truths],
        [{"image_id": d[0], "category_id": d[1], "score": d[2], "segmentation": sized(d[0], d[3])} for d in results],
        kind="segm",
    )
    images = [[i, w, h] for i, (w, h) in sizes.items()]
    given = {"categories": categories, "images": images, "caps": CAPS, "truths": truths, "detections": results}
    return name, given | expected(evaluation)


class SplitMix:
    """Steele, Lea and Flood's SplitMix64, as java.util.SplittableRandom has it."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) % 2**64
        z = self.state
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB % 2**64
        return z ^ (z >> 31)

    def unit(self):
        return (self.next() >> 11) * 2.0**-53

    def below(self, bound):
        return (self.next() >> 33) % bound


def generated(seed, image_count, category_count):
    """A larger set by a rule that needs nothing but integers, +, * and / of doubles."""
    chance = SplitMix(seed)
    truths, detections = [], []
    for image in range(image_count):
        for _ in range(chance.below(16)):
            category = 1 + chance.below(category_count)
            left, top = chance.unit() * 500, chance.unit() * 400
            width, height = 4 + chance.unit() * chance.unit() * 200, 4 + chance.unit() * chance.unit() * 200
            crowd = int(chance.below(50) == 0)
            truths.append([image, category, left, top, width, height, width * height * (0.5 + chance.unit() / 2), crowd])
            for _ in range(chance.below(5)):
                box = [left + width * (chance.unit() - 0.5) / 3, top + height * (chance.unit() - 0.5) / 3]
                box += [width * (0.8 + chance.unit() * 0.4), height * (0.8 + chance.unit() * 0.4)]
                detections.append([image, category, chance.below(1000) / 1000, *box])
        for _ in range(chance.below(30)):
            box = [chance.unit() * 500, chance.unit() * 400, 4 + chance.unit() * 150, 4 + chance.unit() * 150]
            detections.append([image, 1 + chance.below(category_count), chance.below(600) / 1000, *box])
    return truths, detections


def digests(seed, image_count, category_count):
    truths, detections = generated(seed, image_count, category_count)
    evaluation = evaluated(
        [{"id": i, "width": 640, "height": 480} for i in range(image_count)],
        list(range(1, category_count + 1)),
        [{"image_id": t[0], "category_id": t[1], "bbox": t[2:6], "area": t[6], "iscrowd": t[7]} for t in truths],
        [{"image_id": d[0], "category_id": d[1], "score": d[2], "bbox": d[3:7]} for d in detections],
    )
    told = {"seed": seed, "images": image_count, "categories": category_count}
    told |= {"truths": len(truths), "detections": len(detections), "stats": evaluation.stats.tolist()}
    for name in ("precision", "recall", "scores"):
        told[name] = hashlib.sha256(evaluation.eval[name].astype("<f8").tobytes()).hexdigest()
    return told


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    sets = [
        boxes("boxes", 1, 14, [3, 8, 21, 40], 1.2, 1.6, busy=120),
        boxes("boxes-few-scores", 2, 9, [5, 6, 9], 2.5, 1.2),
        boxes("boxes-other-caps", 3, 8, [1, 2, 3], 1.5, 2.5, caps=[2, 5, 20], busy=30),
        grid("boxes-grid", 6, 25, [1, 2, 3]),
        masks("masks", 4, 12, [1, 4, 6]),
    ]
    for name, told in sets:
        (folder / f"{name}.json").write_text(json.dumps(told, separators=(",", ":")) + "\n")
    (folder / "digests.json").write_text(json.dumps(digests(11, 300, 12), indent=1) + "\n")


if __name__ == "__main__":
    main()
