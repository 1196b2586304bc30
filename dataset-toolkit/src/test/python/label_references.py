"""Holds Fovea's label formats against pycocotools and Datumaro.

    python label_references.py make  ../resources/dev/fovea/labels
    python label_references.py check ../resources/dev/fovea/labels

`make` writes what the reference implementations write, for tests to read: masks.json (run lengths,
areas, boxes), datumaro/ (Datumaro's JSON), cvat/ (CVAT for images), coco/ (COCO by Datumaro).
`check` reads the files of written/, which a test holds Fovea's writers to, byte for byte. Made with
pycocotools 2.0.11, datumaro 1.13.12 and numpy 2.4.6; the same seed gives the same files.
"""

import json
import pathlib
import shutil
import sys
import tempfile

import numpy as np
from datumaro.components.annotation import (
    AnnotationType,
    Bbox,
    Label,
    LabelCategories,
    Mask,
    Points,
    PointsCategories,
    Polygon,
    PolyLine,
)
from datumaro.components.dataset import Dataset
from datumaro.components.dataset_base import DatasetItem
from datumaro.components.media import Image
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO


def runs_of(flat):
    """The lengths of runs of 0 and 1 by turns, 0 first."""
    runs, value, length = [], 0, 0
    for pixel in flat:
        if pixel == value:
            length += 1
        else:
            runs.append(length)
            value, length = pixel, 1
    return runs + [length]


def masks(random):
    cases = [np.zeros((3, 5)), np.ones((5, 3)), np.eye(4, 7), np.ones((1, 1)), np.zeros((1, 1))]
    for share in np.linspace(0, 1, 36):
        height, width = random.integers(1, 40, 2)
        cases.append(random.random((height, width)) < share)
    wide = np.zeros((700, 900))
    wide[20:690, 30:850] = 1  # runs and their differences over several groups of 5 bits
    wide[100:110, 40:45] = 0
    cases.append(wide)
    for pixels in cases:
        pixels = np.asfortranarray(pixels.astype(np.uint8))
        rle = coco_mask.encode(pixels)
        x, y, width, height = (int(side) for side in coco_mask.toBbox(rle))
        window = pixels[y : y + height, x : x + width]
        yield {
            "width": pixels.shape[1],
            "height": pixels.shape[0],
            "counts": rle["counts"].decode("ascii"),
            "runs": runs_of(pixels.flatten(order="F")),
            "area": int(coco_mask.area(rle)),
            "bbox": [x, y, width, height],
            "rows": runs_of(window.flatten(order="C")) if window.size else [],
        }


def reference_dataset():
    labels = LabelCategories()
    labels.add("cat", parent="animal")
    labels.add("Dögge", parent="")
    points = PointsCategories()
    points.add(0, labels=["nose", "tail"], joints=[[1, 2]])
    mask = np.zeros((6, 9), np.uint8)
    mask[1:4, 2:7] = 1
    mask[2, 3] = 0
    annotations = [
        Bbox(1.5, 2, 3, 2.25, label=0, id=1, group=1, attributes={"occluded": True, "n": 3}),
        Bbox(0, 0, 9, 6, label=1, id=2, attributes={"is_crowd": False, "colour": "grün"}),
        Polygon([1, 1, 5, 1, 5, 4.5], label=1, id=3, group=3),
        Polygon([6, 1, 8, 1, 8, 3, 6, 3], label=1, id=3, group=3),
        Mask(mask, label=0, id=4, attributes={"is_crowd": True}),
    ]
    more = [
        Label(1, id=5),
        PolyLine([0, 0, 4, 5.5], label=1, id=6, z_order=2),
        Points([1, 2, 3, 4], [2, 1], label=0, id=1, group=1),
        Points([1, 2], [2], label=1, id=7),
    ]
    size = (6, 9)
    items = lambda extra: [
        DatasetItem(
            "a/é",
            subset="train",
            media=Image.from_numpy(np.zeros((*size, 3), np.uint8)),
            annotations=annotations + extra,
            attributes={"id": 41},
        ),
        DatasetItem(
            "empty",
            subset="train",
            media=Image.from_numpy(np.zeros((*size, 3), np.uint8)),
            attributes={"id": 40},
        ),
    ]
    categories = {AnnotationType.label: labels, AnnotationType.points: points}
    return (
        Dataset.from_iterable(items(more), categories=categories),
        Dataset.from_iterable(items([]), categories=categories),
    )


def make(folder):
    random = np.random.default_rng(20261127)
    text = ",\n".join(json.dumps(case, separators=(",", ":")) for case in masks(random))
    (folder / "masks.json").write_text(f"[\n{text}\n]\n")
    everything, plain = reference_dataset()
    for name, dataset, format_name in (
        ("datumaro", everything, "datumaro"),
        ("cvat", everything, "cvat"),
        ("coco", plain, "coco_instances"),
    ):
        target = folder / name
        shutil.rmtree(target, ignore_errors=True)
        with tempfile.TemporaryDirectory() as temporary:
            dataset.export(temporary, format_name, save_media=False)
            for file in pathlib.Path(temporary).rglob("*"):
                if file.suffix in (".json", ".xml"):
                    copy = target / file.relative_to(temporary)
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    text = file.read_text("utf-8").replace(temporary, "")
                    if file.suffix == ".xml":  # the time of the export
                        text = "\n".join(
                            line for line in text.split("\n") if "dumped" not in line
                        )
                    copy.write_text(text, "utf-8")


def expect(what, actual, expected):
    if actual != expected:
        sys.exit(f"{what}: {actual!r} (expected: {expected!r})")


def check(folder):
    written = folder / "written"
    with tempfile.TemporaryDirectory() as temporary:
        root = pathlib.Path(temporary)
        check_coco(written / "coco" / "annotations" / "instances_train.json")
        check_datumaro(written / "datumaro", root)
        check_cvat(written / "cvat", root)
    print("pycocotools and Datumaro read what Fovea writes")


def check_coco(file):
    coco = COCO(str(file))
    expect("categories", [each["name"] for each in coco.loadCats(coco.getCatIds())], ["cat", "dog"])
    expect("skeleton", coco.loadCats([1])[0]["skeleton"], [[1, 2]])
    annotations = coco.loadAnns(coco.getAnnIds())
    mask = next(each for each in annotations if isinstance(each["segmentation"], dict))
    pixels = coco.annToMask(mask)
    expect("mask", (pixels.shape, int(pixels.sum()), mask["area"]), ((6, 9), 6, 6))
    inside = sorted(map(tuple, np.argwhere(pixels).tolist()))
    expect("rows, columns", inside, [(0, 8), (1, 2), (1, 3), (2, 2), (2, 3), (5, 8)])
    expect("crowd", mask["iscrowd"], 1)
    posed = next(each for each in annotations if each.get("num_keypoints"))
    expect("keypoints", posed["keypoints"], [1, 2, 2, 0, 0, 0])
    expect("box", posed["bbox"], [0.1, 0.2, 0.2, 0.1])


def check_datumaro(source, root):
    target = root / "datumaro"
    shutil.copytree(source, target)
    dataset = Dataset.import_from(str(target), "datumaro")
    item = dataset.get("a", "train")
    expect("size", tuple(item.media.size), (6, 9))
    found = sorted((each.type.name, each.group) for each in item.annotations)
    expect(
        "types",
        found,
        [("bbox", 1), ("mask", 0), ("points", 1), ("polygon", 2), ("polygon", 2)],
    )
    box = next(each for each in item.annotations if each.type == AnnotationType.bbox)
    # Datumaro holds coordinates as float32.
    expect("bbox", [round(side, 6) for side in box.get_bbox()], [0.1, 0.2, 0.2, 0.1])
    expect("occluded", box.attributes, {"occluded": True, "colour": "grün"})
    mask = next(each for each in item.annotations if each.type == AnnotationType.mask)
    expect("area", (mask.get_area(), mask.image.shape), (6, (6, 9)))
    points = next(each for each in item.annotations if each.type == AnnotationType.points)
    expect("visibility", [int(each) for each in points.visibility], [2, 0])
    joints = dataset.categories()[AnnotationType.points].items[0].joints
    expect("joints", {tuple(each) for each in joints}, {(1, 2)})


def check_cvat(source, root):
    target = root / "cvat"
    shutil.copytree(source, target)
    (target / "images" / "images" / "train").mkdir(parents=True)
    for name in ("a.jpg", "empty.jpg"):
        pixels = Image.from_numpy(np.zeros((6, 9, 3), np.uint8))
        pixels.save(str(target / "images/images/train" / name))
    dataset = Dataset.import_from(str(target), "cvat")
    annotations = [each for item in dataset for each in item.annotations]
    mask = next(each for each in annotations if each.type == AnnotationType.mask)
    expect("mask", (mask.get_area(), mask.image.shape), (6, (6, 9)))
    expect("mask's corner", (int(mask.image[0, 8]), int(mask.image[5, 8])), (1, 1))
    box = next(each for each in annotations if each.type == AnnotationType.bbox)
    expect("box", [round(edge, 6) for edge in box.points], [0.1, 0.2, 0.3, 0.3])
    polygons = [each for each in annotations if each.type == AnnotationType.polygon]
    expect("polygons", [len(each.points) for each in polygons], [6, 8])


if __name__ == "__main__":
    {"make": make, "check": check}[sys.argv[1]](pathlib.Path(sys.argv[2]))
