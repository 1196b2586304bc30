"""Working copies beside the stock dvc: what either pushes the other pulls, and the same digests.

Usage: datasets.py WORK ENDPOINT BUCKET DVC   (FOVEA_TEST_S3_ACCESS_KEY and FOVEA_TEST_S3_SECRET_KEY are the store's)
"""

import hashlib
import os
import pathlib
import random
import shutil
import subprocess
import sys
import time

WORK, ENDPOINT, BUCKET, DVC = pathlib.Path(sys.argv[1]).resolve(), *sys.argv[2:5]
FOVEA = pathlib.Path("fovea").resolve()
KEYS = {
    "access_key_id": os.environ["FOVEA_TEST_S3_ACCESS_KEY"],
    "secret_access_key": os.environ["FOVEA_TEST_S3_SECRET_KEY"],
}
chance = random.Random(11)


def say(*words):
    print(*words, flush=True)


def run(folder, *command):
    done = subprocess.run(command, cwd=folder, text=True, capture_output=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def fovea(folder, *words):
    return run(folder, FOVEA, "dataset", *words)


def dvc(folder, *words):
    return run(folder, DVC, *words)


def fail(text):
    raise SystemExit(text)


def settings(folder):
    (folder / ".dvc/config").write_text(
        f"[core]\n    remote = store\n['remote \"store\"']\n    url = s3://{BUCKET}/data\n    endpointurl = {ENDPOINT}\n"
    )
    lines = "".join(f"    {key} = {value}\n" for key, value in KEYS.items())
    (folder / ".dvc/config.local").write_text(f"['remote \"store\"']\n{lines}")


def clone(name, source):
    """Another working copy of the same repository, with nothing but what Git would give it."""
    folder = WORK / name
    shutil.rmtree(folder, ignore_errors=True)
    (folder / ".dvc").mkdir(parents=True)
    run(folder, "git", "init", "-q", ".")
    for each in source.glob("*.dvc"):
        if each.is_file():
            shutil.copy(each, folder)
    shutil.copy(source / ".dvc/.gitignore", folder / ".dvc")
    settings(folder)
    return folder


def contents(folder, name="images"):
    root = folder / name
    return {each.relative_to(root): hashlib.md5(each.read_bytes()).hexdigest() for each in root.rglob("*") if each.is_file()}


def same(one, other, name="images"):
    ours, theirs = contents(one, name), contents(other, name)
    if ours != theirs:
        differ = sorted(str(path) for path in ours.keys() | theirs.keys() if ours.get(path) != theirs.get(path))
        fail(f"{one.name} and {other.name} differ in {len(differ)} files: {differ[:5]}")


def images(folder, count, first=0):
    for i in range(first, first + count):
        file = folder / "images" / f"kind {i % 7}" / f"größe {i}.jpg"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"\xff\xd8\xff\xe0" + chance.randbytes(chance.randint(12_000, 28_000)))


def clean(folder):
    said = dvc(folder, "status")
    if "up to date" not in said:
        fail(f"dvc status in {folder.name}: {said}")


def both_ways():
    ours = WORK / "ours"
    ours.mkdir(parents=True)
    run(ours, "git", "init", "-q", ".")
    fovea(ours, "init")
    settings(ours)
    images(ours, 500)
    (ours / "images" / "empty").touch()
    (ours / "large.bin").write_bytes(chance.randbytes(12 << 20))
    fovea(ours, "add", "images", "large.bin")
    say(fovea(ours, "push").strip())
    theirs = clone("theirs", ours)
    dvc(theirs, "pull")
    same(ours, theirs)
    clean(theirs)
    if "in sync" not in dvc(theirs, "status", "-c"):
        fail("dvc status -c is not in sync")
    if "up to date" not in dvc(theirs, "push").lower():
        fail("dvc would push something")
    say("stock dvc pulls what Fovea pushed, and finds it unchanged")

    before = (theirs / "images.dvc").read_text()
    shutil.rmtree(theirs / ".dvc/cache")
    dvc(theirs, "add", "images", "large.bin")
    if (theirs / "images.dvc").read_text() != before:
        fail(f"dvc add writes another .dvc file:\n{(theirs / 'images.dvc').read_text()}\nFovea:\n{before}")
    say("the same .dvc files, byte for byte")

    images(theirs, 40, first=1000)
    (theirs / "images" / "kind 0" / "größe 0.jpg").unlink()
    dvc(theirs, "add", "images")
    dvc(theirs, "push")
    shutil.copy(theirs / "images.dvc", ours)
    say(fovea(ours, "pull").strip())
    same(ours, theirs)
    if "unchanged" not in fovea(ours, "status"):
        fail("fovea dataset status after a pull of what dvc pushed")
    fresh = clone("fresh", theirs)
    fovea(fresh, "pull")
    same(fresh, theirs)
    clean(fresh)
    say("Fovea pulls what stock dvc pushed")
    cleaned(fresh)


def cleaned(folder):
    """What no commit needs goes, and nothing else: stock dvc still pulls all."""
    run(folder, "git", "add", "-A")
    run(folder, "git", "-c", "user.name=ada", "-c", "user.email=ada@example.org", "commit", "-q", "-m", "all")
    committed = (folder / "images.dvc").read_text()
    images(folder, 5, first=5000)
    fovea(folder, "add", "images")
    fovea(folder, "push")
    (folder / "images.dvc").write_text(committed)
    fovea(folder, "checkout")
    if not fovea(folder, "gc", "--grace", "0").startswith("would remove "):
        fail("gc without --yes does not say what it would do")
    say(fovea(folder, "gc", "--grace", "0", "--yes").strip())
    say(fovea(folder, "verify", "--bytes").strip())
    after = clone("cleaned", folder)
    dvc(after, "pull")
    same(folder, after)
    if not fovea(folder, "gc", "--grace", "0").startswith("would remove 0 objects"):
        fail("gc leaves something to remove")


def flat(file):
    """A file on one line: dvc folds long lines where Fovea does not."""
    return " ".join(file.read_text().split())


def subsets():
    """What a query chooses is a dataset as any other, and says where it is from."""
    folder = WORK / "signs"
    folder.mkdir()
    run(folder, "git", "init", "-q", ".")
    fovea(folder, "init")
    settings(folder)
    rows = ["path,label,split,slice"]
    for i in range(60):
        (folder / "signs").mkdir(exist_ok=True)
        (folder / f"signs/{i}.jpg").write_bytes(b"\xff\xd8\xff\xe0" + chance.randbytes(1000 + i))
        rows.append(f"{i}.jpg,{('stop', 'give way')[i % 2]},train,{('', 'night')[i % 3 == 0]}")
    (folder / "signs/labels.csv").write_text("\n".join(rows) + "\n")
    fovea(folder, "add", "signs")
    query = "select path from images where label = 'stop' and slice = 'night' and bytes < 1040"
    say(fovea(folder, "query", query, "--into", "dark").strip())
    clean(folder)
    described = flat(folder / "dark.dvc")
    dvc(folder, "add", "dark")
    if flat(folder / "dark.dvc") != described or query not in described:
        fail(f"dvc add changes the .dvc file of a subset, or it does not say where it is from:\n{described}")
    fovea(folder, "push")
    other = clone("dark", folder)
    dvc(other, "pull")
    same(folder, other, "dark")
    clean(other)
    if len(contents(other, "dark")) != 6 + 1:  # 0, 6, … 30, and labels.csv
        fail(f"the subset has {sorted(contents(other, 'dark'))}")
    fovea(other, "query", query, "--in", "signs", "--into", "again")
    if flat(other / "again.dvc").replace("again", "dark") != described:
        fail(f"the same query makes another subset: {flat(other / 'again.dvc')}, before: {described}")
    say("stock dvc pulls a subset, finds it unchanged and keeps its origin; the same query makes the same again")


def packs():
    """Stock dvc says that a folder is missing until it is exploded, and then has all of it."""
    ours = WORK / "packs"
    ours.mkdir(parents=True)
    run(ours, "git", "init", "-q", ".")
    fovea(ours, "init")
    settings(ours)
    images(ours, 300, first=9000)
    fovea(ours, "add", "images")
    say(fovea(ours, "push", "--packs").strip())
    theirs = clone("packs-theirs", ours)
    if subprocess.run([DVC, "pull"], cwd=theirs, capture_output=True).returncode == 0:
        fail("stock dvc pulls a folder that lies in packs alone")
    fresh = clone("packs-fresh", ours)
    fovea(fresh, "pull")
    same(ours, fresh)
    say(fovea(fresh, "explode", "--grace", "0").strip())
    dvc(theirs, "pull")
    same(ours, theirs)
    clean(theirs)
    if "in sync" not in dvc(theirs, "status", "-c"):
        fail("dvc status -c is not in sync with what was exploded")
    say("stock dvc pulls what Fovea pushed in packs once it is exploded, and not before")


def main():
    WORK.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    both_ways()
    subsets()
    packs()
    say(f"{time.monotonic() - begun:.0f} s")


main()
