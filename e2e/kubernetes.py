"""Rollouts on a real cluster, under live load, with the controller and the API server killed and stopped on the way.

Usage: kubernetes.py WORK MODELS BASE   (KUBECONFIG, GATEWAY_URL and REGISTRY are the cluster's; see e2e/parts/11-kubernetes.sh)

The controller runs outside the cluster as a service account that has the rights of its rbac.yaml and no others; the namespace refuses pods
that are not restricted. Every answer that is not a 200 is a failure, and none is allowed.
"""

import hashlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from urllib.parse import urlparse

WORK, MODELS, BASE = (pathlib.Path(each).resolve() for each in sys.argv[1:4])
NAMESPACE = os.environ.get("FOVEA_E2E_NAMESPACE", "fovea-k8s-e2e")
GATEWAY = urlparse(os.environ.get("GATEWAY_URL", "http://127.0.0.1:8000"))
REGISTRY = os.environ.get("REGISTRY", "127.0.0.1:5000")
CLUSTER_HOME = pathlib.Path(os.environ.get("CLUSTER_HOME", pathlib.Path.home() / ".cache/cluster"))
PROJECT, MODEL = "e2e-lamps", "lamp"
INTERNAL = "e2e-internal-token-0123456789abcdef0123456789"
ARM_TOKEN = "e2e-arm-token-0123456789abcdef0123456789"
HOME = WORK / "home"
BEGUN = time.monotonic()


def say(*words):
    print(f"[{time.monotonic() - BEGUN:6.1f} s]", *words, flush=True)


def run(*command, **more):
    return subprocess.run(command, check=True, capture_output=True, text=True, **more).stdout


def apply(*objects):
    for each in objects:
        run("kubectl", "apply", "--server-side", "-f", "-", input=json.dumps(each))


def until(what, condition, seconds):
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise SystemExit(f"not within {seconds} s: {what}")
        time.sleep(0.1)


class Server:
    """fovea serve, which may be killed at any moment."""

    def start(self):
        if (HOME / "address").exists():
            (HOME / "address").unlink()
        log = open(WORK / "server.log", "ab")
        self.process = subprocess.Popen(
            [
                "./fovea", "serve", "--home", HOME, "--port", "0", "--roles=registry,rollouts",
                f"--set=fovea.internal-token={INTERNAL}",
                f"--set=fovea.rollouts.kubernetes.namespace={NAMESPACE}",
                f"--set=fovea.rollouts.kubernetes.kubeconfig={WORK / 'controller.kubeconfig'}",
                "--set=fovea.rollouts.kubernetes.model-secret=fovea-models",
                f"--set=fovea.rollouts.kubernetes.arm-token={ARM_TOKEN}",
                f"--set=fovea.rollouts.kubernetes.gateway.url={GATEWAY.geturl()}",
                "--set=fovea.rollouts.kubernetes.gateway.controller=traefik.io/gateway-controller",
                # Their share of a processor beside all else that runs here: with 50m the slow one answers nobody in time.
                "--set=fovea.rollouts.kubernetes.resources.cpu=400m",
                "--set=fovea.rollouts.kubernetes.resources.memory=128Mi",
                "--set=fovea.rollouts.kubernetes.ready-within=300s",
                f"--set=fovea.rollouts.packaging.registry={REGISTRY}/{NAMESPACE}",
                f"--set=fovea.rollouts.packaging.insecure-hosts={REGISTRY}",
                f"--set=fovea.rollouts.packaging.base=tar://{BASE}",
                # What two busy cores do to a fast model is no finding; the slow one takes several times as long.
                "--set=fovea.rollouts.slow-tolerance=150ms",
            ],
            stdout=log, stderr=log,
        )
        self.url = until("fovea serve", self.ready, 300)
        self.owner = (HOME / "token").read_text().strip()

    def ready(self):
        if self.process.poll() is not None:
            raise SystemExit(f"fovea serve ended: {self.process.returncode}, see {WORK}/server.log")
        try:
            url = (HOME / "address").read_text().strip()
            urllib.request.urlopen(url + "/actuator/health/readiness", timeout=20)
            return url
        except (OSError, urllib.error.URLError):
            return None

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        self.process.wait(30)

    def call(self, method, path, body=None, token=None):
        request = urllib.request.Request(
            f"{self.url}/api/v1/projects/{PROJECT}/rollouts{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {token or self.owner}", "Content-Type": "application/json"},
        )
        try:
            return json.load(urllib.request.urlopen(request, timeout=60))
        except urllib.error.HTTPError as e:
            raise SystemExit(f"{method} {path}: {e.code} {e.read().decode()}") from e

    def register(self, versions):
        """The model versions that are rolled out: what is not registered and signed is not packaged."""

        def call(method, path, body):
            data, media = (json.dumps(body).encode(), "application/json") if isinstance(body, dict) else (body, "application/octet-stream")
            headers = {"Authorization": f"Bearer {self.owner}", "Content-Type": media, "X-MLFLOW-WORKSPACE": PROJECT}
            request = urllib.request.Request(f"{self.url}/api/2.0/{path}", data, headers, method=method)
            return json.loads(urllib.request.urlopen(request, timeout=60).read() or "{}")

        call("POST", "mlflow/registered-models/create", {"name": MODEL})
        for _ in range(versions):
            run = call("POST", "mlflow/runs/create", {"experiment_id": "0", "start_time": 1})["run"]["info"]["run_id"]
            call("PUT", f"mlflow-artifacts/artifacts/0/{run}/artifacts/model/model.onnx", (MODELS / "bright.onnx").read_bytes())
            call("POST", "mlflow/model-versions/create", {"name": MODEL, "source": f"runs:/{run}/model", "run_id": run})

    def rollout(self, number, model, **canary):
        digest = hashlib.sha256((MODELS / f"{model}.onnx").read_bytes()).hexdigest()
        plan = {
            "model": MODEL,
            "number": number,
            "variant": "sha256:" + digest,
            "release": "sha256:" + hashlib.sha256(f"release {number}".encode()).hexdigest(),
            "preprocess": {"resize": "STRETCH", "width": 4, "height": 4, "colour": "GREY", "scale": 1 / 255, "mean": [0], "std": [1]},
            "classes": ["dark", "bright"],
            "canary": {"weights": [20, 50], "requests": 150, "margin": 1.5, "falseRollback": 1e-4, "approvals": 1, "unsureBelow": 0.6, **canary},
            "feedback": {"budget": 100, "unsureBelow": 0, "auditShare": 0},
            "requestedBy": "fovea/pipelines",
        }
        return self.call("POST", "", plan, INTERNAL)["digest"]

    def look(self, rollout):
        return self.call("GET", f"/{rollout}")

    def approve(self, rollout):
        evidence = self.look(rollout)["evidenceDigest"]
        return self.call("POST", f"/{rollout}/approvals", {"evidence": evidence, "comment": "e2e"})

    def await_state(self, rollout, *states, seconds=180):
        def there():
            now = self.look(rollout)
            if now["state"] in ("FAILED", "ROLLED_BACK") and now["state"] not in states:
                raise SystemExit(f"rollout is {now['state']}: {now['reason']}")
            return now if now["state"] in states else None

        return until(f"rollout {rollout[7:15]} {states}", there, seconds)


class Load:
    """Clients that send one request after the other; remembers what came back, second by second."""

    def __init__(self, clients=4, pause=0.03):
        self.answers, self.failures, self.stopped = [], [], False
        self.lock = threading.Lock()
        self.pause = pause
        self.threads = [threading.Thread(target=self.send, daemon=True) for _ in range(clients)]
        for thread in self.threads:
            thread.start()

    def send(self):
        body = json.dumps({"inputs": [{"name": "pixels", "shape": [1, 1, 4, 4], "datatype": "FP32", "data": [0.9] * 16}]})
        path = f"/inference/{PROJECT}/v2/models/{MODEL}/infer"
        connection = None
        while not self.stopped:
            begun = time.monotonic()
            try:
                connection = connection or http.client.HTTPConnection(GATEWAY.hostname, GATEWAY.port, timeout=20)
                connection.request("POST", path, body, {"Content-Type": "application/json"})
                answer = connection.getresponse()
                text = answer.read()
                took = time.monotonic() - begun
                with self.lock:
                    if answer.status == 200:
                        self.answers.append((begun, json.loads(text)["model_version"], took))
                    else:
                        self.failures.append((begun, answer.status, text[:200]))
            except OSError as e:
                connection = None
                with self.lock:
                    self.failures.append((begun, 0, repr(e)))
            time.sleep(self.pause)

    def share(self, version, since, to=None):
        with self.lock:
            seen = [v for at, v, _ in self.answers if at >= since and (to is None or at < to)]
        return seen.count(version) / max(1, len(seen)), len(seen)

    def stop(self):
        self.stopped = True
        for thread in self.threads:
            thread.join(30)


def prepare():
    subprocess.run(["kubectl", "delete", "namespace", NAMESPACE, "--ignore-not-found", "--wait"], check=True, capture_output=True)
    meta = {"namespace": NAMESPACE}
    role = pathlib.Path("rollout-controller/src/main/resources/dev/fovea/rollouts/kubernetes/rbac.yaml").read_text()
    apply({
        "apiVersion": "v1", "kind": "Namespace",
        "metadata": {"name": NAMESPACE, "labels": {"pod-security.kubernetes.io/enforce": "restricted"}},
    })
    run("kubectl", "apply", "-n", NAMESPACE, "--server-side", "-f", "-", input=role)
    apply(
        {"apiVersion": "v1", "kind": "Secret", "metadata": {**meta, "name": "fovea-models"}, "stringData": {"arm-token": ARM_TOKEN}},
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {**meta, "name": "fovea-rollouts"}},
        {
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "metadata": {**meta, "name": "fovea-rollouts"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "fovea-rollouts"},
            "subjects": [{"kind": "ServiceAccount", "name": "fovea-rollouts", "namespace": NAMESPACE}],
        },
        {
            "apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway", "metadata": {**meta, "name": "fovea"},
            "spec": {
                "gatewayClassName": "traefik",
                "listeners": [{"name": "web", "protocol": "HTTP", "port": 8000, "allowedRoutes": {"namespaces": {"from": "Same"}}}],
            },
        },
    )
    token = run("kubectl", "create", "token", "fovea-rollouts", "-n", NAMESPACE, "--duration=2h").strip()
    config = json.loads(run("kubectl", "config", "view", "--raw", "--minify", "-o", "json"))
    config["users"] = [{"name": config["users"][0]["name"], "user": {"token": token}}]
    kubeconfig = WORK / "controller.kubeconfig"
    kubeconfig.touch(mode=0o600)
    kubeconfig.write_text(json.dumps(config))
    for model in MODELS.glob("*.onnx"):
        hexes = hashlib.sha256(model.read_bytes()).hexdigest()
        place = HOME / "objects" / "sha256" / hexes[:2] / hexes[2:]
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(model, place)


def weights():
    routes = json.loads(run("kubectl", "get", "httproutes", "-n", NAMESPACE, "-o", "json"))["items"]
    for route in routes:
        for rule in route["spec"]["rules"]:
            if rule["matches"][0]["path"]["value"].endswith("/infer"):
                return [ref["weight"] for ref in rule["backendRefs"]]
    return []


def first(server):
    begun = time.monotonic()
    server.register(8)
    stable = server.rollout(1, "bright")
    server.await_state(stable, "AWAITING_APPROVAL")
    server.approve(stable)
    server.await_state(stable, "PROMOTED")
    until("the first answer", answers, 60)
    say(f"the first version is in production after {time.monotonic() - begun:.1f} s, image built and pushed, pod started")


def answers():
    load = Load(1)
    time.sleep(0.5)
    load.stop()
    return load.answers and not load.failures[-1:] or None


def promote(server):
    load = Load()
    # Enough requests for a stage to last longer than the look at its shares.
    rollout = server.rollout(2, "better", requests=600)
    for weight in (20, 50):
        until(f"weight {weight}", lambda: weights() == [100 - weight, weight], 180)
        # Traefik takes a new route within its throttle of 2 s.
        begun = time.monotonic() + 3
        time.sleep(7)
        share, seen = load.share("2", begun)
        say(f"asked for {weight} % to the canary; observed {share:.1%} of {seen} requests")
        if abs(share - weight / 100) > 0.05:
            raise SystemExit("the gateway does not send what it was asked for")
    server.await_state(rollout, "AWAITING_APPROVAL")
    server.approve(rollout)
    begun = time.monotonic()
    until("all traffic at the new version", lambda: load.share("2", time.monotonic() - 0.5)[0] == 1, 30)
    say(f"promoted: all requests at version 2 after {time.monotonic() - begun:.1f} s")
    until("the old server stopped", lambda: len(deployments()) == 1, 90)
    load.stop()
    judge("promotion", load)


def deployments():
    return json.loads(run("kubectl", "get", "deployments", "-n", NAMESPACE, "-o", "json"))["items"]


def judge(what, load):
    say(f"{what}: {len(load.answers)} requests, {len(load.failures)} failures")
    if load.failures:
        begun = min(at for at, _, _ in load.failures)
        for at, status, text in load.failures[:10]:
            print(f"   +{at - begun:.2f} s  HTTP {status}  {text}")
        raise SystemExit(f"{what}: {len(load.failures)} requests failed")


def roll_back(server, number, model, measure):
    load = Load()
    rollout = server.rollout(number, model)
    until("the canary's first answer", lambda: load.share(str(number), 0)[0] > 0, 180)
    begun = time.monotonic()
    now = server.await_state(rollout, "ROLLED_BACK", seconds=240)
    until("no answer of the canary", lambda: load.share(str(number), time.monotonic() - 0.7)[0] == 0, 30)
    took = time.monotonic() - begun
    bad, _ = load.share(str(number), begun - 1)
    until("the canary's server stopped", lambda: len(deployments()) == 1, 90)
    load.stop()
    if f"worse by {measure}" not in now["reason"]:
        raise SystemExit(f"rolled back for another reason: {now['reason']}")
    say(f"{model}: rolled back {took:.1f} s after its first answer: {now['reason']}")
    judge(f"rollback of the {model} model", load)


def killed_in_each_stage(server):
    load = Load()
    rollout = server.rollout(5, "best", weights=[20], requests=100)
    for stage in ("PACKAGING", "STARTING", "CANARY", "AWAITING_APPROVAL", "PROMOTED"):
        if stage == "PROMOTED":
            server.approve(rollout)
        seen = server.await_state(rollout, *later(stage))["state"]
        server.kill()
        killed = time.monotonic()
        server.start()
        until("somebody's turn", lambda: server.look(rollout), 30)
        share, count = load.share("5", killed)
        say(f"SIGKILL in {seen}, up again after {time.monotonic() - killed:.1f} s; meanwhile {count} requests, {share:.0%} at the new version")
    until("only the new server", lambda: len(deployments()) == 1, 90)
    until("all at the new version", lambda: load.share("5", time.monotonic() - 0.7)[0] == 1, 30)
    load.stop()
    steps = [each["what"] for each in server.look(rollout)["timeline"]]
    say("its timeline:", json.dumps(steps))
    judge("a rollout whose controller was killed in each stage", load)


def status(path):
    connection = http.client.HTTPConnection(GATEWAY.hostname, GATEWAY.port, timeout=20)
    connection.request("GET", f"/inference/{PROJECT}/v2/models/{MODEL}{path}")
    return connection.getresponse().status


def shadowed(server):
    """Copies first, by the stable's pods; then traffic; then a bake, in which the version before gets the copies."""
    load = Load()
    rollout = server.rollout(7, "better", shadow=50, weights=[50], requests=1200, bake="PT30S")
    server.await_state(rollout, "SHADOW")
    until("copies", lambda: copied(server, rollout) > 0, 60)
    if weights() != [100] or status("/versions/7") != 404:
        raise SystemExit(f"a shadow is in the route: weights {weights()}, its version answers {status('/versions/7')}")
    server.kill()
    server.start()
    until("somebody's turn", lambda: server.look(rollout), 30)
    now = server.await_state(rollout, "CANARY", "AWAITING_APPROVAL")
    until("the canary's weight", lambda: weights() == [50, 50], 60)
    say(f"SIGKILL in SHADOW; {copied(server, rollout)} copies were enough; {now['reason']}")
    server.await_state(rollout, "AWAITING_APPROVAL")
    server.approve(rollout)
    server.await_state(rollout, "BAKING")
    until("all traffic at the new version", lambda: load.share("7", time.monotonic() - 0.5)[0] == 1, 30)
    before = kept_warm(server, rollout)
    until("copies to the version before", lambda: kept_warm(server, rollout) > before, 60)
    server.await_state(rollout, "PROMOTED")
    say(f"baked: {kept_warm(server, rollout) - before} copies were compared; {server.look(rollout)['reason']}")
    until("the old server stopped", lambda: len(deployments()) == 1, 90)
    load.stop()
    judge("shadow, canary and bake", load)


def copied(server, rollout):
    """How many answers the judge has of the shadow."""
    return max((each["canaryTotal"] for each in server.look(rollout)["evidence"]), default=0)


def kept_warm(server, rollout):
    """How many answers the judge has of the version before, which gets copies while the new one bakes."""
    return max((each["stableTotal"] for each in server.look(rollout)["bake"]["evidence"]), default=0)


def wrong_in_shadow(server):
    load = Load()
    rollout = server.rollout(8, "vague", shadow=50)
    server.await_state(rollout, "SHADOW", "ROLLED_BACK")
    now = server.await_state(rollout, "ROLLED_BACK", seconds=240)
    until("the shadow's server stopped", lambda: len(deployments()) == 1, 90)
    load.stop()
    share, seen = load.share("8", 0)
    if share or "worse by unsure" not in now["reason"]:
        raise SystemExit(f"{share:.1%} of the answers came from a shadow; {now['reason']}")
    say(f"vague: rolled back in its shadow stage, none of {seen} answers was its own: {now['reason']}")
    judge("rollback of a shadow", load)


def later(stage):
    """A stage may have passed before it is seen; then the kill falls into the next."""
    stages = ["PACKAGING", "STARTING", "CANARY", "AWAITING_APPROVAL", "PROMOTED"]
    return stages[stages.index(stage):]


def api_server_stopped(server):
    load = Load()
    rollout = server.rollout(6, "bright", weights=[30], requests=1500)
    until("weight 30", lambda: server.look(rollout)["weight"] == 30, 180)
    until("answers of the canary", lambda: load.share("6", 0)[0] > 0, 60)
    pid = int((CLUSTER_HOME / "run/pids/kube-apiserver").read_text())
    time.sleep(2)
    before = server.look(rollout)
    stopped = time.monotonic()
    os.kill(pid, signal.SIGSTOP)
    try:
        time.sleep(30)
        during = server.look(rollout)
    finally:
        os.kill(pid, signal.SIGCONT)
    back = time.monotonic()
    share, count = load.share("6", stopped + 1, back)
    say(f"API server stopped for 30 s: {count} requests meanwhile, {share:.1%} at the canary (asked for 30 %); state {during['state']}: {during['reason']}")
    if during["state"] != "CANARY" or during["weight"] != 30 or abs(share - 0.3) > 0.05:
        raise SystemExit("the split did not stay")
    seen = {each["name"]: each["canaryTotal"] for each in during["evidence"]}
    said = {each["name"]: each["canaryTotal"] for each in before["evidence"]}
    say(f"canary answers that the judge has: {said} before, {seen} after 30 s")
    server.await_state(rollout, "AWAITING_APPROVAL", seconds=240)
    say(f"it goes on: its evidence is complete {time.monotonic() - back:.1f} s after the API server is back")
    # And a no while the API server is gone: the traffic follows when it is back.
    os.kill(pid, signal.SIGSTOP)
    try:
        no = threading.Thread(
            target=lambda: server.call("POST", f"/{rollout}/rejection", {"evidence": server.look(rollout)["evidenceDigest"], "comment": "e2e"})
        )
        no.start()
        time.sleep(10)
    finally:
        os.kill(pid, signal.SIGCONT)
    back = time.monotonic()
    until("no answer of the rejected canary", lambda: load.share("6", time.monotonic() - 0.7)[0] == 0, 60)
    say(f"rejected while the API server was stopped: no more canary answers {time.monotonic() - back:.1f} s after it is back")
    no.join(60)
    load.stop()
    judge("API server stopped", load)


def main():
    WORK.mkdir(parents=True, exist_ok=True)
    prepare()
    server = Server()
    server.start()
    say("fovea serve is up")
    wanted = os.environ.get("FOVEA_E2E_ONLY", "promote wrong slow killed api shadow").split()
    try:
        first(server)
        if "promote" in wanted:
            promote(server)
        if "wrong" in wanted:
            roll_back(server, 3, "vague", "unsure")
        if "slow" in wanted:
            roll_back(server, 4, "slow", "slow")
        if "killed" in wanted:
            killed_in_each_stage(server)
        if "api" in wanted:
            api_server_stopped(server)
        if "shadow" in wanted:
            shadowed(server)
            wrong_in_shadow(server)
        say("all passed")
    finally:
        server.stop()
        subprocess.run(["kubectl", "delete", "namespace", NAMESPACE, "--wait=false"], capture_output=True)


main()
