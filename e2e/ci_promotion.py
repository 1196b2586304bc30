"""Promotion by CI against a running server.

Runs the steps of action.yml as GitHub's runner does, with an OpenID Connect issuer and a host of commit statuses on this machine in GitHub's
place, and posts signed webhooks with curl. Usage: ci_promotion.py ROOT WORK
"""
import datetime
import hashlib
import hmac
import http.server
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

import jwt
import yaml
from cryptography.hazmat.primitives.asymmetric import rsa
from expecting import expect, expect_in
from ports import free_ports

ROOT, WORK = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
COMMITS = {number: str(number) * 40 for number in range(1, 8)}
PROJECT, MODEL = "digits", "digit-reader"
JAR = next((ROOT / "application/target").glob("fovea-*-exec.jar"))
JAVA_HOME = subprocess.run([ROOT / "jdk"], capture_output=True, text=True, check=True).stdout.strip()


class Issuer:
    """Signs identity tokens as GitHub does, and answers a job that asks for one."""

    def __init__(self):
        self.key = rsa.generate_private_key(65537, 2048)
        self.claims, self.asked = {}, 0
        issuer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                where = urllib.parse.urlsplit(self.path)
                if where.path == "/.well-known/openid-configuration":
                    body = {"issuer": issuer.url, "jwks_uri": issuer.url + "/keys"}
                elif where.path == "/keys":
                    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(issuer.key.public_key()))
                    body = {"keys": [public | {"kid": "e2e", "use": "sig", "alg": "RS256"}]}
                elif where.path == "/request" and self.headers["Authorization"] == "Bearer of-this-job":
                    issuer.asked += 1
                    body = {"value": issuer.token(urllib.parse.parse_qs(where.query)["audience"][0])}
                else:
                    return self.send_error(404)
                data = json.dumps(body).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def token(self, audience="fovea"):
        now = datetime.datetime.now(datetime.timezone.utc)
        return jwt.encode(
            {
                "iss": self.url, "aud": audience, "jti": str(uuid.uuid4()), "iat": now, "nbf": now,
                "exp": now + datetime.timedelta(minutes=5), "repository": "acme/digits", "repository_id": "4711",
                "repository_owner_id": "42", "ref": "refs/heads/main", "event_name": "push", "run_id": "1001",
                "job_workflow_ref": "acme/digits/.github/workflows/promote.yml@refs/heads/main",
            } | self.claims,
            self.key, algorithm="RS256", headers={"kid": "e2e"},
        )


class GitHost:
    """Takes commit statuses as GitHub does; its first answer is 502."""

    def __init__(self):
        self.calls, self.statuses = 0, {}
        host = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                host.calls += 1
                where = re.fullmatch(r"/repos/acme/digits/statuses/([0-9a-f]{40})", self.path)
                if host.calls == 1:
                    status = 502
                elif self.headers["Authorization"] != "Bearer ghs_of-this-test":
                    status = 401
                elif not where:
                    status = 404
                elif len(body["description"]) > 140 or body["state"] not in ("pending", "success", "failure", "error"):
                    status = 422
                else:
                    status = 201
                    host.statuses.setdefault(where.group(1), {})[body["context"]] = body
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def shows(self, server, release, commit):
        """The page of a commit: one status a rule, with its outcome, its limit and a link."""
        rulings = server.call("GET", f"/api/v1/projects/{PROJECT}/releases/{release}")["verdict"]["rulings"]
        states = {"PASS": "success", "FAIL": "failure", "INCONCLUSIVE": "failure", "ERROR": "error"}
        wanted = {f"fovea/{ruling['rule']}": states[ruling["outcome"]] for ruling in rulings}
        for _ in range(120):
            shown = self.statuses.get(commit, {})
            if {context: body["state"] for context, body in shown.items()} == wanted:
                break
            time.sleep(0.5)
        expect({context: body["state"] for context, body in shown.items()}, wanted, f"statuses of {commit[:8]}")
        expect({body["target_url"] for body in shown.values()}, {f"{server.url}/{PROJECT}/releases/{release}"}, "where they lead")
        for ruling in rulings:
            if ruling["outcome"] in ("PASS", "FAIL"):
                expect_in(ruling["wanted"], shown[f"fovea/{ruling['rule']}"]["description"], "the limit in a status")


class Server:
    """'fovea serve' on a port that stays, so that it can be killed and started again."""

    def __init__(self, home, issuer, git):
        self.port = free_ports(1)
        self.home, self.issuer, self.git, self.process = home, issuer, git, None
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self):
        settings = {
            "fovea.registry.oidc.issuer": self.issuer.url,
            # A job renews its token a minute before its end: here after five seconds.
            "fovea.registry.oidc.lifetime": "65s",
            "fovea.registry.oidc.bindings[0].project": PROJECT,
            "fovea.registry.oidc.bindings[0].repository-id": "4711",
            "fovea.pipelines.statuses.api": self.git.url,
            "fovea.pipelines.statuses.token-file": str(WORK / "git-token"),
            "fovea.pipelines.statuses.pages": self.url,
            "fovea.pipelines.statuses.first-retry": "500ms",
            "fovea.pipelines.statuses.repositories[0].project": PROJECT,
            "fovea.pipelines.statuses.repositories[0].name": "acme/digits",
            "fovea.pipelines.statuses.repositories[0].id": "4711",
        }
        sets = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
        log = open(WORK / "server.log", "a")
        self.process = subprocess.Popen(
            [ROOT / "fovea", "serve", "--home", self.home, "--port", str(self.port), *sets], stdout=log, stderr=log)
        for _ in range(240):
            try:
                urllib.request.urlopen(self.url + "/actuator/health/readiness", timeout=5).close()
                self.token = (self.home / "token").read_text().strip()
                return
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.5)
        raise SystemExit("the server did not start:\n" + (WORK / "server.log").read_text()[-4000:])

    def hold(self):
        """Stops its clock: what it was doing goes on when it is let go."""
        self.process.send_signal(signal.SIGSTOP)

    def let_go(self):
        self.process.send_signal(signal.SIGCONT)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)

    def call(self, method, path, body=None, token=None, wanted=200):
        request = urllib.request.Request(
            self.url + path, method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {token or self.token}", "Content-Type": "application/json", "X-MLFLOW-WORKSPACE": PROJECT})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                status, text = answer.status, answer.read().decode()
        except urllib.error.HTTPError as problem:
            status, text = problem.code, problem.read().decode()
        if status != wanted:
            raise SystemExit(f"{method} {path}: {status} (expected: {wanted}): {text}")
        return json.loads(text) if text else None

    def mlflow(self, method, path, body):
        return self.call(method, "/api/2.0/mlflow/" + path, body)


class Job:
    """One job of a workflow that uses the action: its steps, its environment, what it leaves behind."""

    def __init__(self, server, issuer, /, **inputs):
        action = yaml.safe_load((ROOT / "action.yml").read_text())
        values = {name: str(spec.get("default", "")) for name, spec in action["inputs"].items()}
        values |= {"server": server.url, "project": PROJECT, "model": MODEL} | inputs
        self.folder = WORK / f"job-{uuid.uuid4()}"
        self.folder.mkdir()
        self.files = {name: self.folder / name for name in ("summary", "output")}
        for file in self.files.values():
            file.touch()
        self.steps = []
        for step in action["runs"]["steps"]:
            if "${{" in step["run"]:
                raise SystemExit("an input is pasted into a script: " + step["run"])
            env = {key: re.sub(r"\$\{\{ inputs\.([a-z-]+) \}\}", lambda m: values[m.group(1)], text)
                   for key, text in step.get("env", {}).items()}
            self.steps.append((step, env))
        self.action, self.server, self.issuer, self.log = action, server, issuer, ""

    def environment(self, commit, oidc=True):
        env = {"PATH": f"{ROOT}:{os.environ['PATH']}", "HOME": str(self.folder), "JAVA_HOME": JAVA_HOME,
               "GITHUB_ACTIONS": "true", "GITHUB_ACTION_PATH": str(ROOT), "GITHUB_SHA": commit,
               "GITHUB_STEP_SUMMARY": str(self.files["summary"]), "GITHUB_OUTPUT": str(self.files["output"])}
        if oidc:
            env |= {"ACTIONS_ID_TOKEN_REQUEST_URL": self.issuer.url + "/request?v=1", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "of-this-job"}
        return env

    def start(self, commit, oidc=True):
        self.commit = commit
        self.issuer.claims = self.issuer.claims | {"sha": commit}
        (step, env), = self.steps
        # What GitHub's runner uses for 'shell: bash'.
        return subprocess.Popen(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]], cwd=self.folder, text=True,
            env=self.environment(commit, oidc) | env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def finish(self, process):
        self.log = process.communicate(timeout=300)[0]
        (self.folder / "log").write_text(self.log)
        self.summary = self.files["summary"].read_text()
        lines = [line.split("=", 1) for line in self.files["output"].read_text().splitlines()]
        self.outputs = {name: dict(lines)[name] for name in self.action["outputs"]}
        self.issuer.claims = {}
        return process.returncode

    def run(self, commit, claims=None, oidc=True):
        self.issuer.claims = claims or {}
        return self.finish(self.start(commit, oidc))


def fovea(server, *arguments):
    env = os.environ | {"FOVEA_URL": server.url, "FOVEA_TOKEN": server.token, "FOVEA_PROJECT": PROJECT}
    done = subprocess.run([ROOT / "fovea", *arguments], env=env, capture_output=True, text=True, timeout=120)
    if done.returncode:
        raise SystemExit(f"fovea {' '.join(arguments)}: {done.returncode}\n{done.stderr}")
    return done.stdout.strip()


def demo(home):
    """A project with a model that a gate refuses and one that passes."""
    done = subprocess.run(
        [ROOT / "fovea", "demo", "--home", home, "--port", "0", "--exit"], capture_output=True, text=True, timeout=900,
        env=os.environ | {"FOVEA_DEMO_HALT_AFTER": "passed-model"})
    if done.returncode != 137:
        raise SystemExit(f"demo: exit {done.returncode} (expected: 137)\n{done.stdout}\n{done.stderr}")


def register(server, number, recipe):
    """Another version, as a training job at its commit registers it."""
    experiment = server.call("GET", "/api/2.0/mlflow/experiments/get-by-name?experiment_name=digits")["experiment"]["experiment_id"]
    run = server.mlflow("POST", "runs/create", {
        "experiment_id": experiment, "run_name": recipe, "start_time": int(time.time() * 1000),
        "tags": [{"key": "mlflow.source.git.commit", "value": COMMITS[number]}]})["run"]["info"]["run_id"]
    for name, file in (("model.pt2", f"{recipe}.pt2"), ("parity.safetensors", f"{recipe}.safetensors")):
        request = urllib.request.Request(
            f"{server.url}/api/2.0/mlflow-artifacts/artifacts/{experiment}/{run}/artifacts/model/{name}", method="PUT",
            data=(ROOT / "examples/digits/models" / file).read_bytes(),
            headers={"Authorization": f"Bearer {server.token}", "Content-Type": "application/octet-stream", "X-MLFLOW-WORKSPACE": PROJECT})
        urllib.request.urlopen(request, timeout=60).close()
    server.mlflow("POST", "model-versions/create", {"name": MODEL, "source": f"runs:/{run}/model", "run_id": run})
    return run


def promotions(server, issuer, git):
    for number in (1, 2):
        run = server.call("GET", f"/api/v1/projects/{PROJECT}/models/{MODEL}/versions/{number}")["run"]
        server.mlflow("POST", "runs/set-tag", {"run_id": run, "key": "mlflow.source.git.commit", "value": COMMITS[number]})

    job = Job(server, issuer)
    expect(job.run(COMMITS[2]), 0, "exit code of a promotion that passes")
    expect(job.outputs["verdict"], "passed", "its output 'verdict'")
    verdict = server.call("GET", f"/api/v1/projects/{PROJECT}/releases/{job.outputs['release']}")["verdict"]
    expect(job.summary.count("\n| pass |"), len(verdict["rulings"]), "rules in its summary")
    for ruling in verdict["rulings"]:
        expect_in("%.4g" % ruling["measured"], job.summary, "the measured value of a rule")
    expect(job.outputs["url"], f"{server.url}/{PROJECT}/releases/{job.outputs['release']}", "its output 'url'")
    requests = server.call("GET", f"/api/v1/projects/{PROJECT}/releases/{job.outputs['release']}/requests")
    expect([(r["by"], r["build"]) for r in requests],
           [("ci:acme/digits", {"repository": "acme/digits", "repositoryId": "4711", "ref": "refs/heads/main", "commit": COMMITS[2]})],
           "who asked for the release")
    git.shows(server, job.outputs["release"], COMMITS[2])

    job = Job(server, issuer, cli=str(JAR))
    expect(job.run(COMMITS[1]), 3, "exit code of a promotion that a gate refuses, by the jar")
    expect(job.outputs["verdict"], "refused", "its output 'verdict'")
    expect_in("| fail |", job.summary, "its summary")
    expect_in("refused by a gate", job.log, "its log")
    git.shows(server, job.outputs["release"], COMMITS[1])
    expect("failure" in {body["state"] for body in git.statuses[COMMITS[1]].values()}, True, "a status that says failure")

    for what, inputs, commit, claims, why in (
        ("another commit's version", {"version": "2"}, COMMITS[1], {}, "may not release digit-reader 2"),
        ("a pull request", {"version": "2"}, COMMITS[2], {"event_name": "pull_request_target"}, "event_name"),
        ("a fork", {"version": "2"}, COMMITS[2], {"repository_id": "666"}, "repository_id 666"),
        ("another audience", {"version": "2", "audience": "other"}, COMMITS[2], {}, "aud"),
    ):
        job = Job(server, issuer, **inputs)
        expect(job.run(commit, claims), 4, f"exit code for {what}")
        expect(job.outputs["verdict"], "error", "its output 'verdict'")
        expect_in(why, job.log, "its log")
        expect_in("Next: ", job.summary, "its summary")
    expect(sorted(git.statuses), sorted([COMMITS[1], COMMITS[2]]), "commits that have statuses after all these refusals")
    job = Job(server, issuer)
    expect(job.run(COMMITS[2], oidc=False), 4, "exit code without 'id-token: write'")
    expect_in("id-token: write", job.log, "its log")
    job = Job(server, issuer, model='x"; touch "$HOME/pwned"; $(touch pwned)`touch pwned`\n::set-output name=a::b')
    expect(job.run(COMMITS[2]), 2, "exit code for an input that is a script")
    expect([str(p) for p in job.folder.rglob("pwned")], [], "files that the input made")
    job = Job(server, issuer, model="x'; touch pwned; '$(touch pwned)")
    expect(job.run(COMMITS[2]), 1, "exit code for a name that is none")
    expect([str(p) for p in job.folder.rglob("pwned")], [], "files that the input made")
    job = Job(server, issuer, server="http://127.0.0.1:1")
    expect(job.run(COMMITS[2]), 6, "exit code where no server answers")

    issuer.claims = {"sha": COMMITS[2]}
    once = {"grant_type": "urn:ietf:params:oauth:grant-type:token-exchange", "project": PROJECT,
            "subject_token_type": "urn:ietf:params:oauth:token-type:jwt", "subject_token": issuer.token()}
    token = server.call("POST", "/api/v1/oidc/token", once)["access_token"]
    expect_in("jti", server.call("POST", "/api/v1/oidc/token", once, wanted=401)["detail"], "a replayed identity token")
    server.call("GET", f"/api/v1/projects/{PROJECT}/releases", token=token)
    for method, path in (("POST", "/api/2.0/mlflow/runs/set-tag"), ("POST", "/api/v1/me/sign-in-link")):
        problem = server.call(method, path, {}, token=token, wanted=403)
        expect_in("bound to a CI build", json.dumps(problem), f"{method} {path} by such a token")


def started_release(server, issuer):
    """A job that waits for a release which has not ended; a machine may be so fast that it takes several."""
    for number in range(3, 8):
        register(server, number, "reader-v3")
        # The release began with the registration; it stands still until the job is about to ask.
        server.hold()
        job, asked_before = Job(server, issuer), issuer.asked
        waiting = job.start(COMMITS[number])
        for _ in range(1200):
            if issuer.asked > asked_before or waiting.poll() is not None:
                break
            time.sleep(0.05)
        server.let_go()
        while waiting.poll() is None:
            found = [r for r in server.call("GET", f"/api/v1/projects/{PROJECT}/releases") if r["number"] == number]
            if found and server.call("GET", f"/api/v1/projects/{PROJECT}/releases/{found[0]['digest']}/requests"):
                if found[0]["state"] in ("RUNNING", "WAITING"):
                    return job, waiting, asked_before
                break
            time.sleep(0.05)
        expect(job.finish(waiting), 0, f"exit code for version {number}, whose release ended before it was asked for")
    raise SystemExit("five releases ended before anybody could wait for them")


def killed_while_waiting(server, issuer, git):
    job, waiting, asked_before = started_release(server, issuer)
    server.kill()
    time.sleep(6)
    expect(waiting.poll(), None, "exit code of the job while the server is away")
    server.start()
    expect(job.finish(waiting), 0, "exit code of the job after the restart")
    expect_in("the server does not answer", job.log, "its log")
    expect(issuer.asked - asked_before > 1, True, "it renewed its token while it waited")
    expect(job.outputs["verdict"], "passed", "its verdict")
    git.shows(server, job.outputs["release"], job.commit)


def deliver(server, secret, event, body, delivery=None, signature=None):
    data = json.dumps(body)
    signature = signature or "sha256=" + hmac.new(secret.encode(), data.encode(), hashlib.sha256).hexdigest()
    done = subprocess.run(
        ["curl", "-sS", "-w", "\n%{http_code}", "-X", "POST", f"{server.url}/api/v1/projects/{PROJECT}/hooks/github",
         "-H", "Content-Type: application/json", "-H", f"X-GitHub-Event: {event}",
         "-H", f"X-GitHub-Delivery: {delivery or uuid.uuid4()}", "-H", f"X-Hub-Signature-256: {signature}", "--data-binary", "@-"],
        input=data, capture_output=True, text=True, timeout=30, check=True)
    text, status = done.stdout.rsplit("\n", 1)
    return int(status), json.loads(text)


def webhooks(server):
    secret = fovea(server, "project", "hook", "set", "acme/digits").splitlines()[-1]
    repository = {"id": 4711, "full_name": "acme/digits", "default_branch": "main"}

    def event(commit):
        return {"action": "completed", "repository": repository, "workflow_run": {
            "id": time.time_ns(), "event": "push", "conclusion": "success", "head_branch": "main", "head_sha": commit,
            "head_repository": {"id": 4711}}}

    def outcome(delivery):
        for _ in range(120):
            found = [d for d in server.call("GET", f"/api/v1/projects/{PROJECT}/hooks/github/deliveries") if d["id"] == delivery]
            if found and found[0]["state"] != "waiting":
                return found[0]
            time.sleep(0.5)
        raise SystemExit(f"nothing came of delivery {delivery}")

    def hook_requests():
        return sum(
            r["by"].startswith("hook:acme/digits")
            for release in server.call("GET", f"/api/v1/projects/{PROJECT}/releases")
            for r in server.call("GET", f"/api/v1/projects/{PROJECT}/releases/{release['digest']}/requests"))

    body, first = event(COMMITS[2]), str(uuid.uuid4())
    for wrong in ("sha256=" + "0" * 64, "sha1=" + "0" * 40, "none"):
        status, answer = deliver(server, secret, "workflow_run", body, signature=wrong)
        expect(status, 401, "status for a wrong signature")
    expect(hook_requests(), 0, "promotions by deliveries that nobody signed")
    expect(deliver(server, secret, "workflow_run", body, first)[0], 202, "status for a signed delivery")
    expect_in("digit-reader 2", outcome(first)["outcome"], "what came of it")
    expect(hook_requests(), 1, "promotions by it")
    for delivery in (first, None):
        status, answer = deliver(server, secret, "workflow_run", body, delivery)
        expect((status, "came before" in answer["status"]), (202, True), "a replay")
    expect(hook_requests(), 1, "promotions after the replays")

    newer = fovea(server, "project", "hook", "rotate").splitlines()[-1]
    old, last = str(uuid.uuid4()), str(uuid.uuid4())
    expect(deliver(server, secret, "workflow_run", event(COMMITS[2]), old)[0], 202, "status by the old secret after a rotation")
    expect(deliver(server, newer, "workflow_run", event(COMMITS[1]), last)[0], 202, "status by the new one")
    server.kill()
    server.start()
    expect_in("digit-reader 1", outcome(last)["outcome"], "what came of a delivery whose server was killed after its 202")
    expect_in("digit-reader 2", outcome(old)["outcome"], "what came of the one before it")
    expect(hook_requests(), 3, "promotions by signed deliveries")


def main():
    WORK.mkdir(parents=True, exist_ok=True)
    home = WORK / "home"
    if not home.exists():
        demo(home)
    issuer = Issuer()
    git = GitHost()
    (WORK / "git-token").write_text("ghs_of-this-test\n")
    server = Server(home, issuer, git)
    server.start()
    try:
        promotions(server, issuer, git)
        killed_while_waiting(server, issuer, git)
        webhooks(server)
    except BaseException:
        print((WORK / "server.log").read_text()[-3000:])
        raise
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


main()
