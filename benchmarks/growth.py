"""How working copies grow: Fovea alone, on folders of a thousand to a million files. Prints a line for each size.

Usage: growth.py FOLDER [FILES…]   (1000 10000 100000 1000000 where none are named; a million take 13 GB for a while)

Files have 64 random bytes, since what is counted here is files; 1,000 lie in a folder. What is pushed to and pulled from is a folder on the
same disk. Each command is a process of its own, as whoever types it has it; its memory is the most that was resident.
"""

import os
import pathlib
import platform
import random
import shutil
import subprocess
import sys
import time

FOLDER = pathlib.Path(sys.argv[1]).resolve()
SETTLING = 65  # seconds: datasets.py says why
SIZES = [int(each) for each in sys.argv[2:]] or [1_000, 10_000, 100_000, 1_000_000]
ROOT = pathlib.Path(__file__).resolve().parent.parent
STEPS = ["add", "status-first", "status", "diff", "push", "push-again", "pull", "gc"]


def timed(folder, *words):
    os.sync()
    begun = time.perf_counter()
    process = subprocess.Popen([ROOT / "fovea", "dataset", *words], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{' '.join(words)}: {said[-2000:]}")
    return time.perf_counter() - begun, usage.ru_maxrss >> 10


def generate(folder, files):
    chance = random.Random(5)
    for i in range(files):
        if i % 1000 == 0:
            (folder / f"d{i // 1000:04d}").mkdir(parents=True)
        (folder / f"d{i // 1000:04d}" / f"img{i:07d}.jpg").write_bytes(chance.randbytes(64))


def working_copy(folder, remote):
    folder.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", "."], cwd=folder, check=True)
    timed(folder, "init")
    (folder / ".dvc/config").write_text(f"[core]\n    remote = store\n    analytics = false\n['remote \"store\"']\n    url = {remote}\n")
    return folder


def commit(folder):
    subprocess.run(["git", "add", "-A"], cwd=folder, check=True)
    subprocess.run(["git", "-c", "user.name=bench", "-c", "user.email=bench@example.org", "commit", "-q", "-m", "."], cwd=folder, check=True)


def measure(files):
    shutil.rmtree(FOLDER, ignore_errors=True)
    remote = FOLDER / "remote"
    remote.mkdir(parents=True)
    here, there = working_copy(FOLDER / "here", remote), working_copy(FOLDER / "there", remote)
    generate(here / "images", files)
    found = {"add": timed(here, "add", "images")}
    commit(here)
    found["status-first"] = timed(here, "status")
    found["status"] = min(timed(here, "status") for _ in range(3))
    found["push"] = timed(here, "push")
    found["push-again"] = timed(here, "push")
    for i in range(50, files, 100):
        (here / "images" / f"d{i // 1000:04d}" / f"img{i:07d}.jpg").write_bytes(b"changed %d" % i)
    timed(here, "add", "images")
    commit(here)
    found["diff"] = timed(here, "diff", "HEAD~1", "HEAD")
    timed(here, "push")
    found["gc"] = timed(here, "gc")
    shutil.copy(here / "images.dvc", there)
    found["pull"] = timed(there, "pull")
    print(f"bench growth files={files} " + " ".join(f"{step}={found[step][0]:.2f}s/{found[step][1]}MiB" for step in STEPS), flush=True)
    shutil.rmtree(FOLDER)
    os.sync()
    time.sleep(SETTLING)


def main():
    revision = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    print(f"# {time.strftime('%F', time.gmtime())}, commit {revision}, {os.cpu_count()} cores, {model}, Linux {platform.release()}")
    print("# files of 64 bytes, a folder as the remote; seconds and resident memory of each command; status: the best of 3", flush=True)
    for files in SIZES:
        measure(files)


main()
