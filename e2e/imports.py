"""Imports beside the stock dvc: the same bytes, and what either imported the other updates and pulls; from a folder and by HTTP, objects in S3.

Usage: imports.py WORK ENDPOINT BUCKET DVC   (FOVEA_TEST_S3_ACCESS_KEY and FOVEA_TEST_S3_SECRET_KEY are the store's)
"""

import http.server
import os
import pathlib
import shutil
import subprocess
import sys
import threading

WORK, ENDPOINT, BUCKET, DVC = pathlib.Path(sys.argv[1]).resolve(), *sys.argv[2:5]
FOVEA = pathlib.Path(os.environ.get("FOVEA", "fovea")).resolve()
os.environ |= {
    "AWS_ACCESS_KEY_ID": os.environ["FOVEA_TEST_S3_ACCESS_KEY"],
    "AWS_SECRET_ACCESS_KEY": os.environ["FOVEA_TEST_S3_SECRET_KEY"],
    "GIT_AUTHOR_NAME": "e2e", "GIT_AUTHOR_EMAIL": "e2e@example.org", "GIT_COMMITTER_NAME": "e2e", "GIT_COMMITTER_EMAIL": "e2e@example.org",
}


class GitBackend(http.server.BaseHTTPRequestHandler):
    """Git's own smart HTTP."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        path, _, query = self.path.partition("?")
        body = self.chunks() if self.headers.get("Transfer-Encoding") == "chunked" else self.rfile.read(int(self.headers.get("Content-Length") or 0))
        done = subprocess.run(["git", "http-backend"], input=body, capture_output=True, env=os.environ | {
            "GIT_PROJECT_ROOT": str(WORK), "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": path, "QUERY_STRING": query, "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""), "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "CONTENT_LENGTH": str(len(body)), "GIT_PROTOCOL": self.headers.get("Git-Protocol", "")})
        head, _, rest = done.stdout.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        self.send_response(int(fields.pop("Status", "200").split()[0]))
        for name, value in fields.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(rest)))
        self.end_headers()
        self.wfile.write(rest)

    def chunks(self):
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    do_GET = do_POST = answer

    def log_message(self, *_):
        pass


def run(folder, *command):
    done = subprocess.run(command, cwd=folder, text=True, capture_output=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def need(fine, otherwise):
    if not fine:
        raise SystemExit(otherwise)


def started(name):
    folder = WORK / name
    folder.mkdir(parents=True)
    run(folder, "git", "init", "-q", "-b", "main", ".")
    run(folder, DVC, "init", "-q")
    return folder


def commit(folder, message):
    run(folder, "git", "add", ".")
    run(folder, "git", "commit", "-qm", message)


def files(folder):
    return {str(each.relative_to(folder)): each.read_bytes() for each in sorted(folder.rglob("*")) if each.is_file()}


def publish(source, text):
    (source / "sets/d/sub").mkdir(parents=True, exist_ok=True)
    (source / "sets/d/1.txt").write_text(text)
    (source / "sets/d/sub/ü 2.txt").write_text("two")
    (source / "one.txt").write_text("single")
    run(source, DVC, "add", "-q", "sets/d", "one.txt")
    commit(source, text)
    run(source, DVC, "push", "-q")


def beside(url, way):
    """The same imports by both, byte for byte; what Fovea imported is dvc's from then on, and the other way."""
    ours, theirs = started(f"ours-{way}"), started(f"theirs-{way}")
    wishes = [["sets/d"], ["sets/d/sub", "-o", "part"], ["one.txt", "--rev", "v1"], ["sets/d/1.txt", "-o", "1"], ["sets/d", "-o", "later", "--no-download"]]
    for wish in wishes:
        run(ours, FOVEA, "dataset", "import", url, *wish)
        run(theirs, DVC, "import", url, *wish)
    for name in ["d.dvc", "part.dvc", "one.txt.dvc", "1.dvc", "later.dvc", ".gitignore"]:
        need((ours / name).read_bytes() == (theirs / name).read_bytes(), f"{way}: {name} differs:\n{(ours / name).read_text()}\n{(theirs / name).read_text()}")
    for name in ["d", "part"]:
        need(files(ours / name) == files(theirs / name), f"{way}: {name} differs")
    run(ours, "rm", "later.dvc")
    run(theirs, "rm", "later.dvc")
    need("up to date" in run(ours, DVC, "status"), f"{way}: dvc status of Fovea's imports")
    for folder, pull in [(ours, [DVC, "pull", "-q"]), (theirs, [FOVEA, "dataset", "pull"])]:
        commit(folder, "imports")
        clone = WORK / f"clone-of-{folder.name}"
        run(WORK, "git", "clone", "-q", folder, clone)
        run(clone, *pull)
        need(files(clone / "d") == files(folder / "d") and (clone / "one.txt").read_text() == "single", f"{way}: the clone of {folder.name} differs")
        need("up to date" in run(clone, DVC, "status"), f"{way}: dvc status of the clone of {folder.name}")
    return ours


def main():
    shutil.rmtree(WORK, ignore_errors=True)
    source = started("source")
    run(source, DVC, "remote", "add", "-q", "-d", "store", f"s3://{BUCKET}/source")
    run(source, DVC, "remote", "modify", "-q", "store", "endpointurl", ENDPOINT)
    publish(source, "first")
    run(source, "git", "tag", "-am", "v1", "v1")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), GitBackend)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    imported = [beside(str(source), "folder"), beside(f"http://127.0.0.1:{server.server_port}/source/.git", "http")]
    publish(source, "second")
    for folder in imported:
        run(folder, DVC, "update", "-q", "d.dvc")
        need((folder / "d/1.txt").read_text() == "second", f"{folder.name}: dvc update")
        out = run(folder, FOVEA, "dataset", "status")
        need(out.count("unchanged, imported") == 4, f"{folder.name}: status after dvc update:\n{out}")
        run(folder, FOVEA, "dataset", "export", "d", WORK / f"export-{folder.name}", "--rev", "HEAD")
        need((WORK / f"export-{folder.name}/1.txt").read_text() == "first", f"{folder.name}: export of HEAD")
    server.shutdown()
    print("imports beside stock dvc: 5 kinds, from a folder and by HTTP, both ways, updated by dvc", flush=True)


main()
