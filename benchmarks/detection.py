"""COCO's detection measures by Fovea, pycocotools and faster-coco-eval, side by side in one run on the same numbers. Prints a line a figure.

Usage: detection.py FOLDER [REPEATS]   (numpy, pycocotools and faster-coco-eval installed; JAVA and CLASSPATH name Fovea's benchmarks)

The set of boxes has the size of COCO val2017: 5,000 images, 80 categories, some 36,000 truths and 220,000 detections; that of masks a fifth of
it. Each is written to a file of plain numbers, which all three read; each says the MD5 of what it read. Measured is what lies between objects in memory and the twelve numbers. For
the peers that is evaluate, accumulate and summarize; their indexing (createIndex, loadRes) is left out, Fovea's is counted, and so is its reading
of the compressed masks. Each repeat starts fresh processes; Fovea's figure is the first evaluation of its process, before the JIT compiler knows the code. All precisions, recalls
and numbers are compared afterwards.
"""

import contextlib
import hashlib
import io
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import time

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
IMAGES, CATEGORIES, WIDTH, HEIGHT = {"boxes": 5_000, "masks": 1_000}, 80, 640, 480
GOAL = {"pycocotools": 10, "faster-coco-eval": 1}
MOST_SECONDS = 2


def generate(kind, file):
    chance = np.random.RandomState(17)
    shares = 1 / np.arange(1, CATEGORIES + 1) ** 0.9
    truths, detections = [], []
    for image in range(1, IMAGES[kind] + 1):
        count = chance.poisson(7.3)
        categories = chance.choice(CATEGORIES, count, p=shares / shares.sum()) + 1
        sizes = np.exp(chance.uniform(2.3, 5.7, (count, 2)))
        places = chance.uniform(0, 1, (count, 2)) * [560, 400]
        for category, size, place in zip(categories, sizes, places):
            box = np.concatenate([place, size]).round(2)
            area = round(box[2] * box[3] * chance.uniform(0.4, 0.9), 4)
            truths.append([image, category, *box, area, chance.rand() < 0.012])
            for _ in range(chance.poisson(1.6)):
                moved = np.abs(box + chance.normal(0, 0.07, 4) * [*size, *size]).round(3)
                detections.append([image, category, round(chance.beta(3, 2), 5), *moved])
        for _ in range(chance.poisson(32)):
            category = chance.choice(CATEGORIES) + 1
            box = np.concatenate([chance.uniform(0, 500, 2), np.exp(chance.uniform(2, 5, 2))]).round(3)
            detections.append([image, category, round(chance.beta(1, 6), 5), *box])
    counts = [outlined(each[-6:-2] if len(each) == 8 else each[-4:]) for each in truths + detections] if kind == "masks" else []
    with file.open("wb") as out:
        np.array([IMAGES[kind], CATEGORIES, len(truths), len(detections), len(counts)], "<i4").tofile(out)
        np.array(truths, "<f8").tofile(out)
        np.array(detections, "<f8").tofile(out)
        for each in counts:
            np.array([len(each)], "<i4").tofile(out)
            out.write(each)


def outlined(box):
    """An ellipse of 24 corners in a box, as COCO's compressed counts."""
    from pycocotools import mask

    left, top, width, height = box
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    outline = np.stack([left + width * (1 + np.cos(angles)) / 2, top + height * (1 + np.sin(angles)) / 2], 1)
    return mask.frPyObjects([outline.ravel().tolist()], HEIGHT, WIDTH)[0]["counts"]


def read(file):
    data = file.read_bytes()
    _, _, truths, detections, masks = np.frombuffer(data, "<i4", 5).tolist()
    truth = np.frombuffer(data, "<f8", truths * 8, 20).reshape(-1, 8)
    found = np.frombuffer(data, "<f8", detections * 7, 20 + truths * 64).reshape(-1, 7)
    at, counts = 20 + truths * 64 + detections * 56, []
    for _ in range(masks):
        length = int.from_bytes(data[at : at + 4], "little")
        counts.append({"size": [HEIGHT, WIDTH], "counts": data[at + 4 : at + 4 + length]})
        at += 4 + length
    return truth, found, counts, hashlib.md5(data).hexdigest()


def peer(name, kind, file, out):
    """In a process of its own: evaluates once, and says how long it took."""
    if name == "pycocotools":
        from pycocotools.coco import COCO
        from pycocotools.cocoeval import COCOeval as Evaluation
    else:
        from faster_coco_eval import COCO
        from faster_coco_eval import COCOeval_faster as Evaluation
    truth, found, counts, md5 = read(file)
    with contextlib.redirect_stdout(io.StringIO()):
        dataset = {
            "images": [{"id": i, "width": WIDTH, "height": HEIGHT} for i in range(1, IMAGES[kind] + 1)],
            "categories": [{"id": c, "name": str(c)} for c in range(1, CATEGORIES + 1)],
            "annotations": [
                {"id": i + 1, "image_id": int(t[0]), "category_id": int(t[1]), "bbox": t[2:6], "area": t[6], "iscrowd": int(t[7])}
                for i, t in enumerate(truth.tolist())
            ],
        }
        results = [{"image_id": int(d[0]), "category_id": int(d[1]), "score": d[2]} for d in found.tolist()]
        for i, each in enumerate(dataset["annotations"]):
            each |= {"segmentation": counts[i]} if counts else {}
        for i, each in enumerate(results):
            each |= {"segmentation": counts[len(truth) + i]} if counts else {"bbox": found[i, 3:7].tolist()}
        if name == "pycocotools":
            known = COCO()
            known.dataset = dataset
            known.createIndex()
        else:
            known = COCO(dataset)
        evaluation = Evaluation(known, known.loadRes(results), "segm" if counts else "bbox")
        begun, cpu_before = time.perf_counter(), time.process_time()
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
        took, cpu = time.perf_counter() - begun, time.process_time() - cpu_before
    evaluation.eval["precision"].astype("<f8").tofile(out)
    print(json.dumps({"md5": md5, "seconds": [took], "cpu": cpu, "stats": np.asarray(evaluation.stats)[:12].tolist()}))


def run(words, environment=None):
    process = subprocess.run(words, capture_output=True, text=True, env={**os.environ, **(environment or {})})
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, words))}: {process.stderr[-2000:]}")
    return json.loads(process.stdout.strip().splitlines()[-1])


def main():
    folder, repeats = pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 5
    folder.mkdir(parents=True, exist_ok=True)
    load = os.getloadavg()[0]
    revision = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    busy = f", load {load:.1f} at the start: the machine was busy with other work" if load > 0.5 else ""
    print(f"# {time.strftime('%F', time.gmtime())}, commit {revision}, {os.cpu_count()} cores, {model}, Linux {platform.release()}{busy}")
    print(f"# {versions()}; medians of {repeats} in s, Fovea's of the first evaluation of a process", flush=True)
    for kind in IMAGES:
        measure(kind, folder, repeats)


def measure(kind, folder, repeats):
    file = folder / f"{kind}.bin"
    generate(kind, file)
    truth, found, _, md5 = read(file)
    java = [os.environ.get("JAVA", "java"), "-cp", os.environ["CLASSPATH"], "-Xmx1g"]
    ours, one = ["dev.fovea.benchmarks.DetectionMeasures", file], ["taskset", "-c", "0", *java, "-XX:ActiveProcessorCount=1"]
    words = {"fovea": [*java, *ours, folder / "fovea.f64"], "fovea-1-core": [*one, *ours, folder / "fovea-1-core.f64"]}
    words |= {name: [sys.executable, __file__, "--peer", name, kind, file, folder / f"{name}.f64"] for name in reversed(GOAL)}
    told = {name: [] for name in words}
    for repeat in range(repeats):
        for name in list(words) if repeat % 2 else list(reversed(words)):
            told[name].append(run(words[name]))
            print(f"# {name}: {told[name][-1]['seconds']}", file=sys.stderr, flush=True)
    if any(each["md5"] != md5 for all_told in told.values() for each in all_told):
        raise SystemExit("not all have read the same numbers")
    cold = {name: statistics.median(each["seconds"][0] for each in all_told) for name, all_told in told.items()}
    print(f"# {kind}: {IMAGES[kind]} images, {CATEGORIES} categories, {len(truth)} truths, {len(found)} detections, MD5 {md5} in all")
    for name, goal in GOAL.items():
        for ours in ("fovea", "fovea-1-core"):
            ratio = cold[name] / cold[ours]
            shown = f"fovea={cold[ours]:.3f} {name}={cold[name]:.3f} ratio={ratio:.1f} goal={goal} {'MET' if ratio >= goal else 'SHORT'}"
            print(f"bench coco-{kind}{ours.removeprefix('fovea')} {shown}")
    for ours in ("fovea", "fovea-1-core"):
        met = "MET" if cold[ours] <= MOST_SECONDS else "SHORT"
        print(f"bench coco-{kind}-seconds{ours.removeprefix('fovea')} fovea={cold[ours]:.3f} goal={MOST_SECONDS} {met}")
        warm, bootstrap, categories = (
            statistics.median(pick(each) for each in told[ours]) for pick in (lambda e: e["seconds"][-1], lambda e: e["bootstrap"], lambda e: e["categories"])
        )
        last = told[ours][-1]
        print(f"# {ours}: {warm:.3f} s once warm; {last['mebibytes']} MiB of heap kept by set and evaluation; 1,000 resamples of two: {bootstrap:.2f} s, of one for {last['bounded']} categories: {categories:.2f} s")
    cpu = {name: statistics.median(each["cpu"] for each in all_told) for name, all_told in told.items()}
    print("# CPU seconds, of Fovea with its JIT compiler: " + ", ".join(f"{name} {seconds:.3f}" for name, seconds in cpu.items()))
    print(f"# AP {told['pycocotools'][-1]['stats'][0]:.6f}, 95 % interval {last['interval'][0]:.4f} to {last['interval'][1]:.4f}")
    reference = np.fromfile(folder / "pycocotools.f64", "<f8")
    for name in ("fovea", "fovea-1-core", "faster-coco-eval"):
        array = np.fromfile(folder / f"{name}.f64", "<f8")
        stats = np.abs(np.array(told[name][-1]["stats"]) - told["pycocotools"][-1]["stats"]).max()
        largest = np.abs(array - reference).max() if array.shape == reference.shape else "another shape"
        same = "the same bits" if array.tobytes() == reference.tobytes() else f"largest difference {largest}"
        print(f"# {name} beside pycocotools: {reference.size} precisions: {same}; twelve numbers: largest difference {stats}", flush=True)


def versions():
    from importlib.metadata import version

    names = ", ".join(f"{name} {version(name)}" for name in ("pycocotools", "faster-coco-eval", "numpy"))
    java = subprocess.run([os.environ.get("JAVA", "java"), "-version"], capture_output=True, text=True).stderr.splitlines()[0]
    return f"{java}; Python {platform.python_version()}, {names}"


if sys.argv[1] == "--peer":
    peer(sys.argv[2], sys.argv[3], pathlib.Path(sys.argv[4]), pathlib.Path(sys.argv[5]))
else:
    main()
