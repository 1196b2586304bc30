"""Working copies by Fovea and by stock dvc, side by side in one run: the same files, against the same S3. Prints a line a figure.

Usage: datasets.py FOLDER DVC [FILES [REPEATS]]   (DVC has s3; FOVEA_TEST_S3_ENDPOINTS, …_ACCESS_KEY and …_SECRET_KEY name the store)

Files are a JPEG's first bytes and random ones, 12 to 28 KB, 1,000 to a folder, every hundredth like the one before. Each repeat has fresh
working copies and a fresh bucket for each tool, and begins with the other one. What is pulled is compared by MD5 with what was pushed.

Packs have a bucket of their own: push-packs and pull-packs are Fovea's alone and stand beside dvc's push and pull of all; packs-readable-by-dvc is
push-packs and explode together, for until then stock dvc finds nothing. In the first repeat stock dvc pulls what was exploded.

After working copies are removed it waits: ext4 without a journal looks past each inode that was freed in the last minute, so that a file
made then costs several times as much (fs/ext4/ialloc.c, recently_deleted).
"""

import hashlib
import os
import pathlib
import platform
import random
import shutil
import statistics
import subprocess
import sys
import time

FOLDER, DVC = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
FILES, REPEATS = int(sys.argv[3]) if len(sys.argv) > 3 else 100_000, int(sys.argv[4]) if len(sys.argv) > 4 else 3
ROOT = pathlib.Path(__file__).resolve().parent.parent
ENDPOINT = os.environ["FOVEA_TEST_S3_ENDPOINTS"].split(",")[0]
KEY, SECRET = os.environ["FOVEA_TEST_S3_ACCESS_KEY"], os.environ["FOVEA_TEST_S3_SECRET_KEY"]
TOOLS = {"fovea": [str(ROOT / "fovea"), "dataset"], "dvc": [DVC]}
# How many times faster Fovea is wanted to be.
GOALS = {"add": 5, "status-unchanged": 10, "push-all": 2, "push-unchanged": 20, "push-1-percent-changed": 5, "diff-of-two-versions": 10, "pull-all": 4}
# What Fovea alone does, with the step of dvc's that it stands beside.
BESIDE = {"push-packs": ("push-all", 10), "packs-readable-by-dvc": ("push-all", 2), "pull-packs": ("pull-all", 4)}
SETTLING = 65  # seconds
figures = {name: {tool: [] for tool in TOOLS} for name in [*GOALS, *BESIDE, "explode"]}
memory = dict.fromkeys(TOOLS, 0)


def timed(name, tool, folder, *words):
    os.sync()
    begun = time.perf_counter()
    process = subprocess.Popen([*TOOLS[tool], *words], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    took = time.perf_counter() - begun
    if status:
        raise SystemExit(f"{tool} {' '.join(words)}: {said[-2000:]}")
    memory[tool] = max(memory[tool], usage.ru_maxrss)
    if name:
        figures[name][tool].append(took)
        print(f"# {tool} {name}: {took:.2f} s", flush=True)


def generate(folder):
    chance, last = random.Random(7), b""
    for i in range(FILES):
        if i % 1000 == 0:
            (folder / f"d{i // 1000:04d}").mkdir(parents=True)
        if i % 100 != 99:
            last = b"\xff\xd8\xff\xe0" + chance.randbytes(chance.randint(12_000, 28_000))
        (folder / f"d{i // 1000:04d}" / f"img{i:07d}.jpg").write_bytes(last)


def change(folder):
    chance = random.Random(9)
    for i in range(50, FILES, 100):
        (folder / f"d{i // 1000:04d}" / f"img{i:07d}.jpg").write_bytes(b"\xff\xd8\xff\xe0" + chance.randbytes(20_000))


def contents(folder):
    return {str(each.relative_to(folder)): hashlib.md5(each.read_bytes()).digest() for each in folder.rglob("*.jpg")}


def settings(folder, bucket):
    (folder / ".dvc/config").write_text(
        f"[core]\n    remote = store\n    analytics = false\n['remote \"store\"']\n    url = s3://{bucket}/data\n    endpointurl = {ENDPOINT}\n"
    )
    (folder / ".dvc/config.local").write_text(f"['remote \"store\"']\n    access_key_id = {KEY}\n    secret_access_key = {SECRET}\n")


def commit(folder, message):
    subprocess.run(["git", "add", ".dvc/config", "images.dvc", ".gitignore"], cwd=folder, check=True)
    subprocess.run(["git", "-c", "user.name=bench", "-c", "user.email=bench@example.org", "commit", "-q", "-m", message], cwd=folder, check=True)


def make(bucket):
    environment = {**os.environ, "S3_ACCESS_KEY": KEY, "S3_SECRET_KEY": SECRET}
    subprocess.run([sys.executable, ROOT / "e2e/s3.py", "make", ENDPOINT, bucket], check=True, env=environment)


def fresh(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", "."], cwd=folder, check=True)


def work(tool, repeat, data):
    bucket = f"bench-{tool}-{repeat}-{os.getpid()}"
    make(bucket)
    here, there = FOLDER / f"{tool}-work", FOLDER / f"{tool}-clone"
    for each in (here, there):
        fresh(each)
    timed(None, tool, here, "init")
    settings(here, bucket)
    shutil.copytree(data, here / "images")
    timed("add", tool, here, "add", "images")
    timed(None, tool, here, "status")
    timed("status-unchanged", tool, here, "status")
    timed("push-all", tool, here, "push")
    timed("push-unchanged", tool, here, "push")
    commit(here, "all")
    change(here / "images")
    timed(None, tool, here, "add", "images")
    commit(here, "1 % changed")
    timed("push-1-percent-changed", tool, here, "push")
    timed("diff-of-two-versions", tool, here, "diff", "HEAD~1", "HEAD")
    timed(None, tool, there, "init")
    settings(there, bucket)
    shutil.copy(here / "images.dvc", there)
    timed("pull-all", tool, there, "pull")
    if contents(here / "images") != contents(there / "images"):
        raise SystemExit(f"{tool}: what was pulled is not what was pushed")
    if tool == "fovea":
        remove(there)
        pack(repeat, here, there)
    remove(here, there)


def pack(repeat, here, there):
    """The same files in packs, in a bucket of their own; then made loose, and pulled by stock dvc."""
    bucket = f"bench-packs-{repeat}-{os.getpid()}"
    make(bucket)
    settings(here, bucket)
    timed("push-packs", "fovea", here, "push", "--packs")
    pulled("pull-packs", "fovea", bucket, here, there)
    timed("explode", "fovea", here, "explode")
    figures["packs-readable-by-dvc"]["fovea"].append(figures["push-packs"]["fovea"][-1] + figures["explode"]["fovea"][-1])
    if repeat == 0:
        remove(there)
        pulled(None, "dvc", bucket, here, there)


def pulled(name, tool, bucket, here, there):
    fresh(there)
    timed(None, tool, there, "init")
    settings(there, bucket)
    shutil.copy(here / "images.dvc", there)
    timed(name, tool, there, "pull")
    if contents(here / "images") != contents(there / "images"):
        raise SystemExit(f"{tool}: what was pulled is not what was pushed in packs")


def remove(*folders):
    for each in folders:
        shutil.rmtree(each)
    os.sync()
    time.sleep(SETTLING)


def row(name, ours, theirs, goal):
    print(f"bench {name} fovea={ours:.2f} dvc={theirs:.2f} ratio={theirs / ours:.1f} goal={goal} {'MET' if theirs / ours >= goal else 'SHORT'}")


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    data = FOLDER / "data"
    shutil.rmtree(data, ignore_errors=True)
    generate(data)
    for repeat in range(REPEATS):
        for tool in list(TOOLS) if repeat % 2 else list(reversed(TOOLS)):
            work(tool, repeat, data)
    shutil.rmtree(data)
    revision = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    version = subprocess.run([DVC, "--version"], capture_output=True, text=True).stdout.strip()
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    print(f"# {time.strftime('%F', time.gmtime())}, commit {revision}, {os.cpu_count()} cores, {model}, Linux {platform.release()}")
    print(f"# {FILES} files of 12 to 28 KB, the S3 on the same machine; medians of {REPEATS} in s; dvc {version}, its MD5s verified after each pull")
    for name, goal in GOALS.items():
        ours, theirs = (statistics.median(figures[name][tool]) for tool in TOOLS)
        row(name, ours, theirs, goal)
    for name, (theirs, goal) in BESIDE.items():
        row(name, statistics.median(figures[name]["fovea"]), statistics.median(figures[theirs]["dvc"]), goal)
    print(f"bench explode fovea={statistics.median(figures['explode']['fovea']):.2f}")
    print(f"# most memory of any command: fovea {memory['fovea'] // 1024} MiB (at most 512 wanted), dvc {memory['dvc'] // 1024} MiB")


if __name__ == "__main__":
    main()
