"""Writes what scikit-learn and plain numpy measure on small made-up answers, for the tests of dev.fovea.vision.metrics.

    python metrics_reference.py ../resources/dev/fovea/vision/metrics

Made with scikit-learn 1.9.1, scipy 1.17.1 and numpy 2.4.6; the same seeds give the same files. Pixels are base64 of bytes, scores of
little-endian floats. What has no reference elsewhere (the two calibration errors, top-k with ties, AUPRO) is written here a second
time, by the plainest way: one bin, one threshold, one region at a time.
"""

import base64
import json
import pathlib
import sys

import numpy as np
from scipy import ndimage, special
from sklearn import metrics

IGNORED = 255


def packed(array, kind):
    return base64.b64encode(np.ascontiguousarray(array, dtype=kind).tobytes()).decode()


def numbers(values):
    """null where there is no number."""
    return [None if v is None or np.isnan(v) else float(v) for v in values]


def segmentation(seed, classes, sizes, absent, unseen):
    """`absent` is neither true nor answered, `unseen` is answered only."""
    chance = np.random.RandomState(seed)
    images, truths, answers = [], [], []
    there = [c for c in range(classes) if c not in (absent, unseen)]
    for number, (width, height) in enumerate(sizes):
        field = ndimage.gaussian_filter(chance.rand(len(there), height, width), (0, 2, 2))
        truth = np.array(there)[field.argmax(0)]
        noise = ndimage.gaussian_filter(chance.rand(len(there), height, width), (0, 1, 1))
        answer = np.array(there)[(field + 0.4 * noise).argmax(0)]
        answer[chance.rand(height, width) < 0.04] = unseen
        truth[chance.rand(height, width) < 0.07] = IGNORED
        images.append({"id": int(chance.permutation(1000)[0]) * 100 + number, "truth": packed(truth, "u1"), "answer": packed(answer, "u1")})
        truths.append(truth.ravel())
        answers.append(answer.ravel())
    truth, answer = np.concatenate(truths), np.concatenate(answers)
    counts = truth != IGNORED
    ignored, truth, answer = int((~counts).sum()), truth[counts], answer[counts]
    labels = [c for c in range(classes) if c != absent]
    overlaps = metrics.jaccard_score(truth, answer, labels=labels, average=None, zero_division=0)
    dice = metrics.f1_score(truth, answer, labels=labels, average=None, zero_division=0)
    seen = np.unique(truth)
    return {
        "classes": classes,
        "ignored": IGNORED,
        "images": images,
        "ignoredPixels": ignored,
        "confusion": metrics.confusion_matrix(truth, answer, labels=range(classes)).tolist(),
        "labels": labels,
        "iou": overlaps.tolist(),
        "dice": dice.tolist(),
        "meanIou": float(overlaps.mean()),
        "meanDice": float(dice.mean()),
        "frequencyWeightedIou": float(metrics.jaccard_score(truth, answer, average="weighted", zero_division=0)),
        "pixelAccuracy": float(metrics.accuracy_score(truth, answer)),
        "meanAccuracy": float(metrics.recall_score(truth, answer, labels=seen, average="macro")),
    }


def top(truth, probabilities, k):
    """Of equal probabilities the class with the lower number counts first."""
    order = np.argsort(-probabilities, axis=1, kind="stable")
    return float(np.mean([t in row[:k] for t, row in zip(truth, order)]))


def calibration(right, confidence, edges):
    """Expected and maximum error; a bin holds its upper edge."""
    bins = np.digitize(confidence, edges[:-1], right=True)
    gaps = [(np.sum(bins == b), abs(np.mean(right[bins == b]) - np.mean(confidence[bins == b]))) for b in np.unique(bins)]
    return [float(sum(n * gap for n, gap in gaps) / len(right)), float(max(gap for _, gap in gaps))]


def equal_mass(confidence, bins):
    """The smallest confidence that at least b / bins of all are not above."""
    ordered = sorted(confidence)
    return [ordered[-(-b * len(ordered) // bins) - 1] for b in range(1, bins + 1)]


def classification(seed, count, classes, logits=False):
    """Without logits the probabilities are shares of 20, so that there are ties; the last class but one is never true."""
    chance = np.random.RandomState(seed)
    truth = chance.choice([c for c in range(classes) if c != classes - 2], count)
    told = {"classes": classes, "ids": chance.permutation(count * 3)[:count].tolist(), "truth": truth.tolist()}
    if logits:
        raw = (chance.normal(0, 2, (count, classes)) + 3 * np.eye(classes)[truth]).astype("<f4")
        raw[: count // 10] *= 40  # probabilities of 0 and 1
        told["logits"] = packed(raw, "<f4")
        probabilities = special.softmax(raw.astype(float), axis=1)
    else:
        expected = 0.35 * np.eye(classes)[truth] + 0.65 * chance.dirichlet(np.full(classes, 0.5), count)
        expected[:, -1] = 0  # never answered, though some are true
        shares = np.array([chance.multinomial(20, row / row.sum()) for row in expected])
        told["shares"] = shares.tolist()
        probabilities = shares / 20
    labels = list(range(classes))
    answer, confidence = probabilities.argmax(1), probabilities.max(1)
    right = (answer == truth).astype(float)
    each = metrics.precision_recall_fscore_support(truth, answer, labels=labels, zero_division=np.nan)
    told |= {"accuracy": float(right.mean()), "top": [top(truth, probabilities, k) for k in range(1, classes + 1)]}
    told |= {"precision": numbers(each[0]), "recall": numbers(each[1]), "f1": numbers(each[2])}
    for average in ("macro", "micro", "weighted"):
        told[average] = [float(a) for a in metrics.precision_recall_fscore_support(truth, answer, average=average, zero_division=0)[:3]]
    told["averagePrecision"], told["auroc"], told["curves"] = [], [], []
    for label in labels:
        positive, scores = truth == label, probabilities[:, label]
        if not positive.any():
            told["averagePrecision"].append(None)
            told["auroc"].append(None)
            told["curves"].append(None)
            continue
        told["averagePrecision"].append(float(metrics.average_precision_score(positive, scores)))
        told["auroc"].append(float(metrics.roc_auc_score(positive, scores)))
        precision, recall, thresholds = metrics.precision_recall_curve(positive, scores)
        rates, found, roc_thresholds = metrics.roc_curve(positive, scores, drop_intermediate=False)
        # the highest score first; the points without a threshold are left out
        told["curves"].append(
            {
                "thresholds": thresholds[::-1].tolist(),
                "precision": precision[:-1][::-1].tolist(),
                "recall": recall[:-1][::-1].tolist(),
                "falsePositiveRate": rates[1:].tolist(),
                "truePositiveRate": found[1:].tolist(),
            }
        )
        if not logits:
            assert roc_thresholds[1:].tolist() == told["curves"][-1]["thresholds"]
        if logits:
            told["curves"][-1] = None  # as many points as answers: the other set has enough
    for bins in (15, 7):
        told[f"equalWidth{bins}"] = calibration(right, confidence, [b / bins for b in range(1, bins + 1)])
        told[f"equalMass{bins}"] = calibration(right, confidence, equal_mass(confidence, bins))
    one_hot = np.eye(classes)[truth]
    told["brier"] = float(metrics.brier_score_loss(one_hot, probabilities, scale_by_half=False))
    told["negativeLogLikelihood"] = float(metrics.log_loss(truth, probabilities, labels=labels))
    return told


def per_region_overlap(maps, masks, limit):
    """MVTec's evaluation code in double precision: regions of 8 neighbours, thresholds at each score, points joined by lines."""
    regions, scores_of_good = [], []
    for scores, mask in zip(maps, masks):
        labelled, count = ndimage.label(mask, structure=np.ones((3, 3)))
        regions += [scores[labelled == r] for r in range(1, count + 1)]
        scores_of_good.append(scores[labelled == 0])
    good = np.concatenate(scores_of_good)
    points = [(0.0, 0.0)]
    for threshold in np.unique(np.concatenate([m.ravel() for m in maps]))[::-1]:
        points.append((float(np.mean(good >= threshold)), float(np.mean([np.mean(r >= threshold) for r in regions]))))
    area = 0.0
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        if x1 <= limit:
            area += (x1 - x0) * (y0 + y1) / 2
        elif x0 < limit:
            cut = y0 + (y1 - y0) * (limit - x0) / (x1 - x0)
            area += (limit - x0) * (y0 + cut) / 2
    return area / limit


def anomaly(seed, sizes, steps):
    """Scores have `steps` different values, so that there are ties; 0 for as they come."""
    chance = np.random.RandomState(seed)
    images, maps, masks = [], [], []
    for number, (width, height) in enumerate(sizes):
        mask = np.zeros((height, width), bool)
        for _ in range((1, 0, 2, 4)[number % 4]):
            top, left = chance.randint(height - 4), chance.randint(width - 4)
            mask[top : top + chance.randint(1, 5), left : left + chance.randint(1, 5)] = True
        if mask.any():
            corner = np.argwhere(mask).max(0) + 1
            if (corner < mask.shape).all():
                mask[tuple(corner)] = True  # may touch a region with a corner only
        scores = ndimage.gaussian_filter(mask * 1.0, 1.5) + 0.25 * ndimage.gaussian_filter(chance.rand(height, width), 1) + 0.02 * chance.normal(size=mask.shape)
        scores = np.round(scores * steps) / steps if steps else scores - 0.1
        scores = scores.astype("<f4")
        score = float(np.round((scores.max() + chance.normal(0, 0.5)) * 8) / 8)
        images.append({"id": 500 - 7 * number, "width": width, "height": height, "score": score, "scores": packed(scores, "<f4"), "mask": packed(mask, "u1")})
        maps.append(scores.astype(float))
        masks.append(mask)
    defect = [m.any() for m in masks]
    scores = [i["score"] for i in images]
    flat, truth = np.concatenate([m.ravel() for m in maps]), np.concatenate([m.ravel() for m in masks])
    return {
        "images": images,
        "regions": [int(ndimage.label(m, structure=np.ones((3, 3)))[1]) for m in masks],
        "imageAuroc": float(metrics.roc_auc_score(defect, scores)),
        "imageAveragePrecision": float(metrics.average_precision_score(defect, scores)),
        "pixelAuroc": float(metrics.roc_auc_score(truth, flat)),
        "aupro": {str(limit): per_region_overlap(maps, masks, limit) for limit in (0.3, 0.05, 1.0)},
    }


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    sets = {
        "segmentation": segmentation(1, 7, [(24, 16), (15, 31), (8, 8), (33, 20), (1, 40), (20, 20)], absent=5, unseen=3),
        "answers-ties": classification(2, 240, 6),
        "answers-logits": classification(3, 150, 5, logits=True),
        "anomaly-ties": anomaly(4, [(24, 20), (30, 16), (16, 16), (20, 25), (24, 20), (18, 18), (12, 30), (25, 9)], 40),
        "anomaly": anomaly(5, [(20, 20), (26, 14), (16, 22), (20, 12), (24, 20), (18, 18)], 0),
    }
    for name, told in sets.items():
        (folder / f"{name}.json").write_text(json.dumps(told, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
