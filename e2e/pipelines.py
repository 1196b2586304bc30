"""Data that stages of a dvc.yaml made, data of DVC 2, and .dvc files with comments, beside the stock dvc.

Usage: pipelines.py WORK DVC
"""

import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys

WORK, DVC = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
FOVEA = pathlib.Path("fovea").resolve()

PIPELINE = """\
vars:
- out: prepared
stages:
  prepare:
    cmd: python3 -c "import shutil; shutil.copytree('raw', '${out}', dirs_exist_ok=True)"
    deps:
    - raw
    outs:
    - ${out}:
        persist: true
  report:
    cmd: echo 1 > metrics.json; echo hid > local.txt; echo r > there.txt
    wdir: sub
    deps:
    - ../prepared
    outs:
    - local.txt:
        push: false
    - there.txt:
        remote: other
    metrics:
    - metrics.json:
        cache: false
  each:
    foreach:
    - a
    - b
    do:
      cmd: echo ${item} > out_${item}.txt
      outs:
      - out_${item}.txt
"""


def say(*words):
    print(*words, flush=True)


def fail(text):
    raise SystemExit(text)


def run(folder, *command, code=0):
    done = subprocess.run(command, cwd=folder, text=True, capture_output=True)
    if done.returncode != code:
        fail(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def fovea(folder, *words, code=0):
    return run(folder, FOVEA, "dataset", *words, code=code)


def dvc(folder, *words, code=0):
    return run(folder, DVC, *words, code=code)


def git(folder, *words):
    return run(folder, "git", "-c", "user.name=ada", "-c", "user.email=ada@example.org", *words)


def repository(name):
    folder = WORK / name
    folder.mkdir(parents=True)
    git(folder, "init", "-q", ".")
    dvc(folder, "init", "-q")
    for each, flags in (("main", ["-d"]), ("other", [])):
        (WORK / f"{name}-{each}").mkdir()
        dvc(folder, "remote", "add", "-q", *flags, each, WORK / f"{name}-{each}")
    return folder


def clone(folder, name):
    git(WORK, "clone", "-q", folder, name)
    return WORK / name


def contents(folder):
    """All files but those of Git and DVC."""
    return {
        str(each.relative_to(folder)): each.read_bytes()
        for each in sorted(folder.rglob("*"))
        if each.is_file() and not {".git", ".dvc"} & set(each.relative_to(folder).parts)
    }


def same(one, other, without=()):
    ours, theirs = contents(one), contents(other)
    for each in without:
        ours.pop(each, None)
        theirs.pop(each, None)
    if ours != theirs:
        differ = sorted(path for path in ours.keys() | theirs.keys() if ours.get(path) != theirs.get(path))
        fail(f"{one.name} and {other.name} differ: {differ[:9]}")


def objects(folder):
    return sum(1 for each in folder.rglob("*") if each.is_file() and len(each.name) >= 30)


def stages():
    work = repository("stages")
    (work / "raw").mkdir()
    (work / "sub").mkdir()
    for i in range(20):
        (work / f"raw/{i}.txt").write_text(f"image {i}\n")
    dvc(work, "add", "-q", "raw")
    (work / "dvc.yaml").write_text(PIPELINE)
    dvc(work, "stage", "add", "-q", "-n", "added", "-o", "made", "mkdir made; echo x > made/x")
    dvc(work, "repro", "-q")
    git(work, "add", "-A")
    git(work, "commit", "-q", "-m", "all")
    for path in ("prepared", "prepared/1.txt", "sub/metrics.json", "sub", "made"):
        if "overlaps" not in fovea(work, "add", path, code=1):
            fail(f"fovea dataset add {path} of what a stage makes is not refused")
    lock = (work / "dvc.lock").read_bytes()
    say(fovea(work, "push").strip())
    if "up to date" not in dvc(work, "push").lower():
        fail("dvc would push something that fovea dataset push did not")
    theirs = clone(work, "stages-by-dvc")
    dvc(theirs, "pull", code=1)  # sub/local.txt is nowhere: push: false
    same(work, theirs, without=["sub/local.txt"])
    ours = clone(work, "stages-by-fovea")
    if "sub/local.txt is not shared" not in fovea(ours, "pull"):
        fail("fovea dataset pull does not say what is not shared")
    same(theirs, ours)
    if dvc(ours, "status") != dvc(theirs, "status"):
        fail(f"dvc status after Fovea's pull: {dvc(ours, 'status')}after its own: {dvc(theirs, 'status')}")
    if (work / "dvc.lock").read_bytes() != lock:
        fail("dvc.lock was written")
    say("stock dvc pulls what Fovea pushed of stages; Fovea pulls the same")

    # What an older commit's lock needs stays, and nothing else.
    (work / "raw/0.txt").write_text("another image\n")
    dvc(work, "add", "-q", "raw")
    dvc(work, "repro", "-q")
    dvc(work, "push")
    if "modified" in fovea(work, "status"):
        fail("fovea dataset status after dvc repro")
    before = objects(WORK / "stages-main")
    if not fovea(work, "gc", "--grace", "0", "--yes").startswith("removed 0 objects"):
        fail("gc removes what a dvc.lock needs that is not committed yet")
    git(work, "checkout", "-q", "--", ".")
    dvc(work, "checkout")
    say(fovea(work, "gc", "--grace", "0", "--yes").strip())
    if not objects(WORK / "stages-main") < before:
        fail("gc removes nothing of what no commit needs")
    shutil.rmtree(theirs)
    dvc(clone(work, "stages-by-dvc"), "pull", code=1)
    same(work, theirs, without=["sub/local.txt"])
    say(fovea(work, "verify", "--bytes").strip())


def unix(data):
    """The name that DVC 2 gives to less than a mebibyte."""
    block = data[:512]
    others = block.translate(None, bytes(range(32, 127)) + b"\n\r\t\f\b")
    text = b"\0" not in block and len(others) <= 0.3 * len(block)
    return hashlib.md5(data.replace(b"\r\n", b"\n") if text else data).hexdigest()


def put(store, name, data):
    (store / name[:2]).mkdir(exist_ok=True)
    (store / name[:2] / name[2:]).write_bytes(data)


def two():
    """A repository as DVC 2 leaves it."""
    work = repository("two")
    store = WORK / "two-main"
    files = {"a.txt": b"hello\r\nworld\r\n", "b/c.bin": b"\0\r\n\1", "empty": b"", "plain.txt": b"plain\n"}
    for data in files.values():
        put(store, unix(data), data)
    listed = json.dumps([{"md5": unix(files[path]), "relpath": path} for path in sorted(files)]).encode()
    name = hashlib.md5(listed).hexdigest() + ".dir"
    put(store, name, listed)
    table = b"x,y\r\n1,2\r\n"
    put(store, unix(table), table)
    size = sum(map(len, files.values()))
    (work / "data.dvc").write_text(f"outs:\n- md5: {name}\n  size: {size}\n  nfiles: {len(files)}\n  path: data\n")
    (work / "t.csv.dvc").write_text(f"outs:\n- md5: {unix(table)}\n  size: {len(table)}\n  path: t.csv\n")
    git(work, "add", "-A")
    git(work, "commit", "-q", "-m", "all")
    ours, theirs = clone(work, "two-by-fovea"), clone(work, "two-by-dvc")
    say(fovea(ours, "verify", "--bytes").strip())
    fovea(ours, "pull")
    dvc(theirs, "pull")
    same(theirs, ours)
    if "up to date" not in dvc(ours, "status"):
        fail(f"dvc status of what Fovea pulled of DVC 2: {dvc(ours, 'status')}")
    if "up to date" not in dvc(ours, "fetch").lower():
        fail("dvc does not find what Fovea pulled of DVC 2")
    if "modified" in fovea(theirs, "status") or "not in the cache" in fovea(theirs, "status"):
        fail(f"fovea dataset status of what dvc pulled of DVC 2: {fovea(theirs, 'status')}")
    for folder, add in ((ours, fovea), (theirs, dvc)):
        add(folder, "add", "data", "t.csv")
        (folder / "data/d.txt").write_text("more\n")
        add(folder, "add", "data", "t.csv")
        add(folder, "push")
    same(theirs, ours)
    if not fovea(ours, "gc", "--grace", "0").startswith("would remove 0 objects"):
        fail("gc would remove what DVC 2 kept, or what took its place")
    shutil.rmtree(ours / ".dvc/cache")
    shutil.rmtree(ours / "data")
    dvc(ours, "pull")
    same(theirs, ours)
    say("data of DVC 2: pulled to where stock dvc finds it, and the same .dvc file when it changes")


DESCRIBED = """\
# scanned by hand
desc: "all: of them"   # short

outs:
  # the folder
  - md5: 11111111111111111111111111111111.dir   # its name
    size: 1
    nfiles: 1
    hash: md5
    path: scans   # here
    type: data
    labels: [digits, "scanned"]
    remote: other
    push: false
# of whom
meta:
  owner: lab   # until spring
  text: |
    several
    lines
# the end
"""


def described():
    """What a team wrote into a .dvc file is there when either writes it anew."""
    texts = []
    for add, name in ((fovea, "described-by-fovea"), (dvc, "described-by-dvc")):
        work = repository(name)
        (work / "scans").mkdir()
        (work / "scans/1.txt").write_text("1\n")
        (work / "scans.dvc").write_text(DESCRIBED)
        add(work, "add", "scans")
        texts.append((work / "scans.dvc").read_text())
    if texts[0] != texts[1] or "# until spring" not in texts[0]:
        fail(f"Fovea writes:\n{texts[0]}dvc writes:\n{texts[1]}")
    say("the same .dvc file, with its comments")


def main():
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    stages()
    two()
    described()
    say("stock", DVC and run(WORK, DVC, "--version").strip())


main()
