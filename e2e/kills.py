"""Kills of push, pull and gc at random points: nothing that was acknowledged is lost, nothing half-written is served, and each comes to its end.

Usage: kills.py WORK KILLS [ENDPOINT BUCKET [DVC]]
Without an ENDPOINT the remote is a folder. With one, FOVEA_TEST_S3_ACCESS_KEY and FOVEA_TEST_S3_SECRET_KEY are the store's. DVC is a stock dvc that
gets everything at the end. The ordinary run has 24 kills; a release has 200: e2e/kills.py /tmp/kills 200
"""

import hashlib
import json
import os
import pathlib
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

WORK, KILLS, REST = pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2]), sys.argv[3:]
FOVEA = pathlib.Path(os.environ.get("FOVEA", "fovea")).resolve()
FILES, CHANGED, STRAY = 300, 200, 150
os.environ |= {"GIT_AUTHOR_NAME": "e2e", "GIT_AUTHOR_EMAIL": "e2e@example.org", "GIT_COMMITTER_NAME": "e2e", "GIT_COMMITTER_EMAIL": "e2e@example.org"}
chance = random.Random(11)


def run(folder, *command):
    done = subprocess.run(command, cwd=folder, text=True, capture_output=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def fovea(folder, *words):
    return run(folder, FOVEA, "dataset", *words)


def count(store):
    """How many objects are in a folder or a cache, as quickly as that can be told."""
    try:
        return sum(len(os.listdir(each)) for each in os.scandir(store / "files/md5"))
    except FileNotFoundError:
        return 0


class Folder:
    """A remote that is a folder."""

    def __init__(self):
        self.root = WORK / "remote"
        self.config = f"    url = {self.root}\n"
        self.local = ""

    def count(self):
        return count(self.root)

    def paths(self):
        return {str(each.relative_to(self.root)) for each in self.root.rglob("*") if each.is_file()}

    def read(self, path):
        return (self.root / path).read_bytes()

    def remove(self, path):
        (self.root / path).unlink()


class SlowLine:
    """A way to a store as slow as one over land: on the same machine a push of this size is over before anybody could say that it has begun."""

    CHUNK, PAUSE, BYTES_A_SECOND = 16 << 10, 0.01, 8 << 20

    def __init__(self, endpoint):
        to = urllib.parse.urlsplit(endpoint)
        self.store = to.hostname, to.port
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.endpoint = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            caller, _ = self.listening.accept()
            store = socket.create_connection(self.store)
            for source, sink in (caller, store), (store, caller):
                threading.Thread(target=self.relay, args=(source, sink), daemon=True).start()

    def relay(self, source, sink):
        try:
            while chunk := source.recv(self.CHUNK):
                time.sleep(self.PAUSE + len(chunk) / self.BYTES_A_SECOND)
                sink.sendall(chunk)
        except OSError:
            pass  # whoever was killed says no more
        finally:
            for end in source, sink:
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
                end.close()


class Bucket:
    """A remote in an S3, seen by nothing of Fovea's."""

    def __init__(self, endpoint, bucket):
        key, secret = os.environ["FOVEA_TEST_S3_ACCESS_KEY"], os.environ["FOVEA_TEST_S3_SECRET_KEY"]
        os.environ |= {"S3_ACCESS_KEY": key, "S3_SECRET_KEY": secret}
        import s3

        self.s3, self.endpoint, self.bucket, self.prefix = s3, endpoint, bucket, "kills/"
        self.config = f"    url = s3://{bucket}/kills\n    endpointurl = {SlowLine(endpoint).endpoint}\n"
        self.local = f"    access_key_id = {key}\n    secret_access_key = {secret}\n"

    def count(self):
        return len(self.paths())

    def paths(self):
        return {key.removeprefix(self.prefix) for key, _ in self.s3.keys(self.endpoint, self.bucket) if key.startswith(self.prefix)}

    def read(self, path):
        return self.s3.call("GET", self.endpoint, f"/{self.bucket}/{self.prefix}{path}")

    def remove(self, path):
        self.s3.call("DELETE", self.endpoint, f"/{self.bucket}/{self.prefix}{path}")


remote = Bucket(*REST[:2]) if len(REST) > 1 else Folder()


def objects():
    return {path.removeprefix("files/md5/").replace("/", "") for path in remote.paths() if path.startswith("files/md5/")}


def at_remote(name):
    return remote.read(f"files/md5/{name[:2]}/{name[2:]}")


class Judge:
    """What must be so after each kill."""

    def __init__(self):
        self.acknowledged = set()  # of commits that were pushed to the end
        self.children = {}  # of folders that were seen
        self.sound = set()  # objects whose bytes were looked at

    def remote_is_sound(self, when):
        there = objects()
        for name in there - self.sound:
            content = at_remote(name)
            if hashlib.md5(content).hexdigest() != name[:32]:
                raise SystemExit(f"{when}: the remote has {name} with other bytes, {len(content)} of them")
            if name.endswith(".dir"):
                self.children[name] = {each["md5"] for each in json.loads(content)}
        self.sound = there
        for name in there:
            holes = self.children.get(name, set()) - there
            if holes:
                raise SystemExit(f"{when}: the remote has {name} and lacks {len(holes)} of its files, such as {min(holes)}")
        lost = self.acknowledged - there
        if lost:
            raise SystemExit(f"{when}: {len(lost)} acknowledged objects are lost, such as {min(lost)}")
        return there

    @staticmethod
    def cache_is_sound(folder, when):
        store = folder / ".dvc/cache/files/md5"
        found = [each for each in store.rglob("*") if each.is_file()]
        for each in found:
            if hashlib.md5(each.read_bytes()).hexdigest() != (each.parent.name + each.name)[:32]:
                raise SystemExit(f"{when}: the cache has {each} with other bytes")
        return len(found)

    @staticmethod
    def files_are(folder, expected, when, all_of_them=False):
        found = contents(folder)
        wrong = [path for path, md5 in found.items() if expected.get(path) != md5]
        if wrong or all_of_them and found != expected:
            raise SystemExit(f"{when}: {len(found)} of {len(expected)} files, {len(wrong)} are not what they should be: {wrong[:3]}")
        return len(found)


def contents(folder):
    root = folder / "images"
    return {str(each.relative_to(root)): hashlib.md5(each.read_bytes()).hexdigest() for each in root.rglob("*") if each.is_file()}


def images(folder, numbers):
    for i in numbers:
        file = folder / "images" / f"kind {i % 7}" / f"größe {i}.jpg"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"\xff\xd8\xff\xe0" + chance.randbytes(chance.randint(2_000, 6_000)))


def settings(folder):
    (folder / ".dvc/config").write_text(f"[core]\n    remote = store\n['remote \"store\"']\n{remote.config}")
    (folder / ".dvc/config.local").write_text(f"['remote \"store\"']\n{remote.local}" if remote.local else "")


class Killer:
    """Kills commands, and counts where it found them."""

    def __init__(self):
        self.times = {"push": 0, "pull": 0, "gc": 0}
        self.middle = dict.fromkeys(self.times, 0)
        begun = time.monotonic()
        run(WORK, FOVEA, "--version")
        self.start = time.monotonic() - begun  # what a command takes that does nothing

    def until_it_ends(self, folder, words, counted, judged, total):
        """Every second kill comes at a random moment, the others when a random part of what is left has come or gone, by the count. What is
        judged after each says how much is done; in the middle is a kill of a command that had done some of it."""
        verb, attempt, left = words[0], 0, total
        while self.killed(folder, words, counted, attempt, left):
            attempt += 1
            self.times[verb] += 1
            done = judged(f"kill {self.total()}, of {verb}")
            self.middle[verb] += total - left < done
            left = total - done

    def killed(self, folder, words, counted, attempt, left):
        before, part = counted(), chance.randint(1, max(1, left // 2))
        moment = time.monotonic() + self.start * chance.uniform(0.5, 2 + attempt)
        with tempfile.TemporaryFile("w+") as said:
            process = subprocess.Popen([FOVEA, "dataset", *words], cwd=folder, stdout=said, stderr=said)
            while process.poll() is None:
                if time.monotonic() > moment if attempt % 2 else abs(counted() - before) >= part:
                    process.kill()
                    process.wait()
                    return True
                time.sleep(0.001)
            if process.returncode:
                said.seek(0)
                raise SystemExit(f"{words} in {folder.name}, after {attempt} kills: exit {process.returncode}\n{said.read()}")
        return False

    def total(self):
        return sum(self.times.values())


def time_passes():
    """What was killed said that it is at work; that counts for an hour at most."""
    for path in remote.paths():
        if path.startswith("fovea/leases/"):
            remote.remove(path)


def rounds(ours, judge, killer):
    number = 0
    while killer.total() < KILLS:
        number += 1
        images(ours, chance.sample(range(FILES), FILES if number == 1 else CHANGED))
        fovea(ours, "add", "images")
        run(ours, "git", "add", "-A")
        run(ours, "git", "commit", "-q", "-m", f"version {number}")
        version = {*contents(ours).values()}
        before = judge.remote_is_sound("before") & version
        pushing = version - before
        killer.until_it_ends(ours, ["push"], remote.count, lambda when: len(judge.remote_is_sound(when) & pushing), len(pushing))
        judge.acknowledged |= version
        judge.remote_is_sound("after the push")
        pull(ours, judge, killer)
        stray(ours, judge, killer)


def pull(ours, judge, killer):
    other = WORK / "other"
    shutil.rmtree(other, ignore_errors=True)
    run(WORK, "git", "clone", "-q", ours, other)
    settings(other)
    expected = contents(ours)

    def progress(when):
        files = judge.files_are(other, expected, when)
        return max(files, judge.cache_is_sound(other, when))

    killer.until_it_ends(other, ["pull"], lambda: count(other / ".dvc/cache"), progress, len(expected))
    judge.files_are(other, expected, "after the pull", all_of_them=True)
    if "unchanged" not in fovea(other, "status"):
        raise SystemExit("status after a pull that was killed")


def stray(ours, judge, killer):
    """What was pushed and never committed goes, and nothing else."""
    images(ours, range(FILES, FILES + STRAY))
    fovea(ours, "add", "images")
    time_passes()
    fovea(ours, "push")
    unneeded = judge.remote_is_sound("after the push of what goes") - judge.acknowledged
    run(ours, "git", "checkout", "-q", "images.dvc")
    fovea(ours, "checkout", "--force")
    unneeded = {name for name in unneeded if not name.endswith(".dir")}
    time_passes()

    def progress(when):
        return len(unneeded - judge.remote_is_sound(when))

    killer.until_it_ends(ours, ["gc", "--grace", "0", "--yes"], remote.count, progress, len(unneeded))
    if unneeded & judge.remote_is_sound("after the gc"):
        raise SystemExit("gc came to its end and left what nobody needs")
    time_passes()


def main():
    shutil.rmtree(WORK, ignore_errors=True)
    ours = WORK / "ours"
    ours.mkdir(parents=True)
    begun = time.monotonic()
    run(ours, "git", "init", "-q", ".")
    fovea(ours, "init")
    settings(ours)
    (WORK / "remote").mkdir()
    judge, killer = Judge(), Killer()
    rounds(ours, judge, killer)
    print(fovea(ours, "verify", "--bytes").strip())
    last = WORK / "last"
    run(WORK, "git", "clone", "-q", ours, last)
    settings(last)
    if len(REST) > 2:
        run(last, REST[2], "pull")
    else:
        fovea(last, "pull")
    judge.files_are(last, contents(ours), "at the end", all_of_them=True)
    for verb, times in killer.times.items():
        print(f"{verb}: {times} kills, {killer.middle[verb]} of them when some of it was done")
        if KILLS >= 40 and not killer.middle[verb]:
            raise SystemExit(f"no kill of {verb} came in the middle: it was not tried")
    print(f"{killer.total()} kills of push, pull and gc: nothing acknowledged lost, nothing half-written; {time.monotonic() - begun:.0f} s")


main()
