"""INT8 models by Fovea and by onnxruntime.quantization, side by side in one run on the same float models and images. Prints a line a figure.

Usage: optimize.py FOLDER [IMAGES,IMAGES,… [PAIRS]]   (numpy, onnx, onnxruntime, scikit-learn, jax; JAVA and CLASSPATH name Fovea's benchmarks)

Each model is made in a process of its own. Compared is its time from start to end, since imports and start-up load other things in Python than in Java;
printed beside it are the time from reading the float model to having written the other, processor seconds, and the most memory that the process ever had
(VmHWM). Fovea's process is a fresh JVM of 512 MiB of heap at most. ONNX Runtime's is quant_pre_process
and quantize_static with what its documentation advises on x86-64: unsigned activations, signed weights by channel; and its own numbers of bins and
percentiles. Both are then asked by the same ONNX Runtime: how often the right class comes first, how far the outputs are from the float model's (SQNR in
dB), and how long one image takes, turn by turn.
"""

import contextlib
import io
import json
import os
import pathlib
import platform
import resource
import statistics
import subprocess
import sys
import time

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
IMAGES, PAIRS = [25, 100, 400], 200
OURS = ["min-max", "percentile", "mse", "entropy", "min-max+bias-correction", "mse+bias-correction"]
THEIRS = ["MinMax", "Percentile", "Entropy"]
# By the same rule: these are compared in time and memory.
SAME = {"MinMax": "min-max", "Percentile": "percentile", "Entropy": "entropy"}
MOST_SIZE, TIMES, MEMORY, FLAT = 0.26, 2, 4, 1.1


def peer(model, images, count, setting, out):
    """In a process of its own."""
    import onnxruntime
    from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    size = [each if isinstance(each, int) else 1 for each in onnxruntime.InferenceSession(model).get_inputs()[0].shape]
    data = np.memmap(images, "<f4", "r").reshape(-1, *size)

    class Images(CalibrationDataReader):
        at = 0

        def get_next(self):
            self.at += 1
            return {"x": np.array(data[self.at - 1])} if self.at <= count else None

    begun = time.perf_counter()
    ready = out + ".ready"
    with contextlib.redirect_stdout(io.StringIO()):
        quant_pre_process(model, ready, skip_symbolic_shape=True)
        quantize_static(
            ready,
            out,
            Images(),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod[setting],
        )
    took = time.perf_counter() - begun
    pathlib.Path(ready).unlink()
    peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
    print(json.dumps({"seconds": took, "peak_kib": peak}))


def made(name, folder, count, setting):
    out = folder / f"{name}.{setting}.{count}.onnx"
    words = [folder / f"{name}.onnx", folder / f"{name}.calibration.f32", str(count), setting, out]
    if setting in THEIRS:
        words = [sys.executable, __file__, "peer", *words]
    else:
        java = [os.environ.get("JAVA", "java"), "-Xmx512m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"]
        words = [*java, "-cp", os.environ["CLASSPATH"], "dev.fovea.benchmarks.ModelQuantization", *words]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    process = subprocess.run(words, capture_output=True, text=True)
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, words))}: {process.stderr[-2000:]}")
    said = json.loads(process.stdout.strip().splitlines()[-1])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return said | {"file": out, "process": time.perf_counter() - begun, "cpu": cpu}


def session(file):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def answers(file, images):
    asked = session(file)
    return np.concatenate([asked.run(None, {"x": images[at : at + 32]})[0] for at in range(0, len(images), 32)])


def quality(file, images, labels, wanted):
    """The share of right answers, or of those of the float model where there are no labels, and the SQNR."""
    found = answers(file, images)
    right = labels if len(labels) else wanted.argmax(1)
    noise = np.linalg.norm((found - wanted).astype(np.float64))
    return (found.argmax(1) == right).mean(), 20 * np.log10(np.linalg.norm(wanted.astype(np.float64)) / max(noise, 1e-30))


def speed(ours, theirs, image, pairs):
    """Medians in ms, and the 95 % interval of the median of the ratios of neighbours, by order statistics."""
    sessions = [session(ours), session(theirs)]
    times = [[], []]
    for turn in range(-5, pairs):
        for which in (0, 1) if turn % 2 else (1, 0):
            begun = time.perf_counter()
            sessions[which].run(None, {"x": image})
            if turn >= 0:
                times[which].append((time.perf_counter() - begun) * 1e3)
    ratios = sorted(theirs / ours for ours, theirs in zip(*times))
    off = int(np.ceil(0.98 * np.sqrt(pairs)))
    low, high = ratios[max(0, pairs // 2 - off)], ratios[min(pairs - 1, pairs // 2 + off)]
    return statistics.median(times[0]), statistics.median(times[1]), statistics.median(ratios), low, high


def line(name, measured, goal, met):
    print(f"bench {name} {measured} goal={goal} {'MET' if met else 'SHORT'}", flush=True)


def measure(name, trained, folder, counts, pairs):
    trial = np.load(folder / f"{name}.trial.npz")
    images, labels = trial["images"], trial["labels"]
    float_file = folder / f"{name}.onnx"
    wanted, size = answers(float_file, images), float_file.stat().st_size
    middle = counts[len(counts) // 2]
    what = f"right of {len(images)}" if trained else f"of {len(images)} as in float: random weights, no accuracy"
    base = (wanted.argmax(1) == labels).mean() if trained else 1.0
    print(f"# {name}: {size / 1e6:.2f} MB in float, {base:.2%} {what}; calibrated on {middle} images where nothing else is said")
    results = {}
    for setting in OURS + THEIRS:
        grown = counts if setting in THEIRS or setting in SAME.values() else [middle]
        for count in grown:
            results[setting, count] = made(name, folder, count, setting)
        here = results[setting, middle]
        here["share"], here["sqnr"] = quality(here["file"], images, labels, wanted)
        growth = ", ".join(f"{count}: {results[setting, count]['process']:.2f} s {results[setting, count]['peak_kib'] / 1024:.0f} MiB" for count in grown)
        print(
            f"# {name} {setting}: {here['share']:.2%} {what.split(':')[0]}, SQNR {here['sqnr']:.2f} dB, {here['file'].stat().st_size / size:.2%} of the size; "
            f"by images {growth}; without its start {here['seconds']:.2f} s, {here['cpu']:.2f} s of processor",
            flush=True,
        )
    at = {setting: results[setting, middle] for setting in OURS + THEIRS}
    for key, unit in (("share", ""), ("sqnr", "dB")):
        if key == "share" and not trained:
            continue
        ours, theirs = max(OURS, key=lambda each: at[each][key]), max(THEIRS, key=lambda each: at[each][key])
        figures = f"fovea={at[ours][key]:.4f}{unit} ({ours}) onnxruntime={at[theirs][key]:.4f}{unit} ({theirs})"
        line(f"{name}-{'accuracy' if key == 'share' else key}", figures, "not-below", at[ours][key] >= at[theirs][key])
    largest = max(OURS, key=lambda each: at[each]["file"].stat().st_size)
    share = at[largest]["file"].stat().st_size / size
    line(f"{name}-size", f"fovea={share:.4f} of float ({largest})", MOST_SIZE, share <= MOST_SIZE)
    ours, theirs, ratio, low, high = speed(at["min-max"]["file"], at["MinMax"]["file"], images[:1], pairs)
    figures = f"fovea={ours:.3f}ms onnxruntime={theirs:.3f}ms ratio={ratio:.3f} ({low:.3f} to {high:.3f}, {pairs} pairs)"
    line(f"{name}-speed", figures, "1 within the interval or below it", high >= 1)
    for theirs, ours in SAME.items():
        mine, peers = results[ours, middle], results[theirs, middle]
        ratio = peers["process"] / mine["process"]
        line(f"{name}-{ours}-seconds", f"fovea={mine['process']:.2f} onnxruntime={peers['process']:.2f} ratio={ratio:.2f}", TIMES, ratio >= TIMES)
        mine, peers = results[ours, counts[-1]], results[theirs, counts[-1]]
        ratio = peers["peak_kib"] / mine["peak_kib"]
        figures = f"fovea={mine['peak_kib'] / 1024:.0f}MiB onnxruntime={peers['peak_kib'] / 1024:.0f}MiB ratio={ratio:.2f} on {counts[-1]} images"
        line(f"{name}-{ours}-memory", figures, MEMORY, ratio >= MEMORY)
        peaks = [results[ours, count]["peak_kib"] for count in counts]
        growth = max(peaks) / peaks[0]
        line(f"{name}-{ours}-growth", f"fovea={growth:.2f}-fold memory from {counts[0]} to {counts[-1]} images", FLAT, growth <= FLAT)


def main():
    folder = pathlib.Path(sys.argv[1])
    counts = [int(each) for each in sys.argv[2].split(",")] if len(sys.argv) > 2 and sys.argv[2] else IMAGES
    pairs = int(sys.argv[3]) if len(sys.argv) > 3 and sys.argv[3] else PAIRS
    import onnxruntime

    from networks import make

    load = os.getloadavg()[0]
    revision = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    cpu = next((each.split(":")[1].strip() for each in open("/proc/cpuinfo") if each.startswith("model name")), platform.machine())
    busy = f", load {load:.1f} at the start: the machine was busy with other work" if load > 0.5 else ""
    print(f"# {time.strftime('%F', time.gmtime())}, commit {revision}, {os.cpu_count()} cores, {cpu}, Linux {platform.release()}{busy}")
    print(f"# onnxruntime {onnxruntime.__version__} for both, numpy {np.__version__}, Python {platform.python_version()}; {counts} images", flush=True)
    for name, trained in make(folder, counts[-1]):
        measure(name, trained, folder, counts, pairs)


if __name__ == "__main__":
    if sys.argv[1] == "peer":
        peer(sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5], sys.argv[6])
    else:
        main()
