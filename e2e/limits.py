"""Working copies where things run out: a disk that is full, really, in each place that is written to; and a file of more than 2 or 10 GB.

Usage: limits.py WORK GIGABYTES [ENDPOINT BUCKET]   (needs root, for a small tmpfs; GIGABYTES of disk four times, of a folder remote)
With an ENDPOINT the large file goes there, with FOVEA_TEST_S3_ACCESS_KEY and FOVEA_TEST_S3_SECRET_KEY.
"""

import contextlib
import hashlib
import os
import pathlib
import random
import resource
import shutil
import subprocess
import sys
import time

WORK, GIGABYTES, REST = pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2]), sys.argv[3:]
FOVEA = pathlib.Path(os.environ.get("FOVEA", "fovea")).resolve()
MOST_MEMORY_KB = 800_000  # all of a JVM with a heap of 384 MB
chance = random.Random(7)


def run(folder, *command, fails=False):
    done = subprocess.run(command, cwd=folder, text=True, capture_output=True)
    if bool(done.returncode) != fails:
        raise SystemExit(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def fovea(folder, *words, fails=False):
    return run(folder, FOVEA, "dataset", *words, fails=fails)


def settings(folder, url, endpoint=""):
    (folder / ".dvc/config").write_text(f"[core]\n    remote = store\n['remote \"store\"']\n    url = {url}\n{endpoint}")
    if endpoint:
        keys = {"access_key_id": "ACCESS", "secret_access_key": "SECRET"}
        lines = "".join(f"    {key} = {os.environ[f'FOVEA_TEST_S3_{name}_KEY']}\n" for key, name in keys.items())
        (folder / ".dvc/config.local").write_text(f"['remote \"store\"']\n{lines}")


def copy(name, *remote):
    folder = WORK / name
    (folder / ".dvc").mkdir(parents=True, exist_ok=True)
    settings(folder, *remote)
    return folder


@contextlib.contextmanager
def small_disk(place, megabytes):
    place.mkdir(parents=True, exist_ok=True)
    run(WORK, "mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", place)
    try:
        yield
    finally:
        run(WORK, "umount", place)


def bytes_of(folder):
    return {str(each.relative_to(folder)): hashlib.md5(each.read_bytes()).hexdigest() for each in folder.rglob("*") if each.is_file()}


def full(where, prepare, command):
    """A command that comes to the end of a disk of 4 MB, and is run again when there is room."""
    remote = WORK / f"remote of {where}"
    ours = copy(f"ours of {where}", remote)
    for i in range(40):
        file = ours / "images" / str(i % 3) / f"{i}.jpg"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(chance.randbytes(300_000))
    expected = bytes_of(ours / "images")
    folder, place, begin = prepare(ours, remote)
    with small_disk(place, 4):
        begin()
        said = fovea(folder, *command, fails=True)
        if "No space left on device" not in said or "make room" not in said:
            raise SystemExit(f"{where} full: {said}")
        for store in (folder / ".dvc/cache", remote):
            for each in (store / "files/md5").rglob("*"):
                if each.is_file() and hashlib.md5(each.read_bytes()).hexdigest() != (each.parent.name + each.name)[:32]:
                    raise SystemExit(f"{where} full: {each} is half there")
        left = [each for each in folder.rglob("*") if each.suffix in (".new", ".out") or each.parent.name == "fovea-unfinished"]
        left += (remote / "fovea-unfinished").glob("*")
        if left:
            raise SystemExit(f"{where} full: left {left}")
        for path, md5 in bytes_of(folder / "images").items() if (folder / "images").exists() else ():
            if expected[path] != md5:
                raise SystemExit(f"{where} full: {path} is half there")
        run(WORK, "mount", "-o", "remount,size=64m", place)
        fovea(folder, *command)
        if bytes_of(folder / "images") != expected:
            raise SystemExit(f"{where}: with room again, other files")
    shutil.rmtree(ours)
    print(f"a full disk under {where}: named, nothing half there, nothing left over; with room again it ends", flush=True)


def added(ours, remote):
    return ours, ours / ".dvc/cache", lambda: None


def pushed(ours, remote):
    fovea(ours, "add", "images")
    return ours, remote, lambda: None


def pulled(ours, remote):
    fovea(ours, "add", "images")
    fovea(ours, "push")
    other = copy("other", remote)
    shutil.copy(ours / "images.dvc", other)
    return other, other / ".dvc/cache", lambda: None


def checked_out(ours, remote):
    fovea(ours, "add", "images")
    fovea(ours, "push")
    other = WORK / "small"

    def begin():
        copy("small", remote)
        shutil.copy(ours / "images.dvc", other)
        with open(other / ".dvc/config", "a") as config:
            config.write(f"[cache]\n    dir = {WORK / 'cache elsewhere'}\n")

    return other, other, begin


def large():
    remote = (f"s3://{REST[1]}/large", f"    endpointurl = {REST[0]}\n") if REST else (WORK / "remote of a large file",)
    ours, size = copy("large", *remote), GIGABYTES << 30
    with open(ours / "large.bin", "wb") as file:
        file.write(b"begin")
        file.truncate(size - 3)
        file.seek(size - 3)
        file.write(b"end")
    times = []
    for words in (("add", "large.bin"), ("push",)):
        begun = time.monotonic()
        fovea(ours, *words)
        times.append(f"{words[0]} {time.monotonic() - begun:.0f} s")
    if f"size: {size}\n" not in (ours / "large.bin.dvc").read_text():
        raise SystemExit((ours / "large.bin.dvc").read_text())
    shutil.rmtree(ours / ".dvc/cache")
    other = copy("large again", *remote)
    shutil.copy(ours / "large.bin.dvc", other)
    begun = time.monotonic()
    fovea(other, "pull")
    times.append(f"pull {time.monotonic() - begun:.0f} s")
    with open(other / "large.bin", "rb") as file:
        if file.read(5) != b"begin" or file.seek(size - 3) != size - 3 or file.read() != b"end":
            raise SystemExit("the large file came back as another")
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    if memory > MOST_MEMORY_KB:
        raise SystemExit(f"{memory} KB of memory (expected: at most {MOST_MEMORY_KB})")
    print(f"a sparse file of {GIGABYTES} GB: {', '.join(times)}, at most {memory // 1000} MB of memory", flush=True)


def main():
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    full("the cache", added, ("add", "images"))
    full("the remote", pushed, ("push",))
    full("the cache of a pull", pulled, ("pull",))
    full("the files of a pull", checked_out, ("pull",))
    large()
    shutil.rmtree(WORK)


main()
