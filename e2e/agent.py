"""A lab and two agents, each a process of its own, killed, paused, restarted and removed while they measure.

agent.py FOLDER, in the root of a built work tree. Everything that it starts, it ends.
"""

import atexit
import base64
import hashlib
import json
import os
import pathlib
import re
import secrets
import signal
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request

import onnx
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from onnx import TensorProto, helper
from ports import free_ports

FOLDER = pathlib.Path(sys.argv[1])
FOLDER.mkdir(parents=True)
INTERNAL = secrets.token_hex(32)
ROWS, WIDTH = 192, 1024
processes = []


def step(what):
    print("--", what, flush=True)


def end_all():
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.terminate()
    for process in processes:
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


atexit.register(end_all)


def until(what, so, seconds=120):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = so()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError(f"waited {seconds} s in vain for: {what}")


PORT = free_ports(1)
URL = f"http://127.0.0.1:{PORT}"


def start(log, *arguments, **environment):
    process = subprocess.Popen(
        ["./fovea", *arguments],
        stdout=open(FOLDER / log, "a"),
        stderr=subprocess.STDOUT,
        env={**os.environ, **environment},
    )
    processes.append(process)
    return process


def call(method, path, body=None, token=None, raw=False):
    data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, data=data, method=method)
    request.add_header("Authorization", "Bearer " + (token or TOKEN))
    request.add_header("Content-Type", "application/octet-stream" if isinstance(body, bytes) else "application/json")
    with urllib.request.urlopen(request, timeout=30) as answer:
        content = answer.read()
    return content if raw else json.loads(content or b"null")


def healthy():
    try:
        with urllib.request.urlopen(URL + "/actuator/health/readiness", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def serve():
    process = start(
        "server.log", "serve", "--home", str(FOLDER / "lab"), "--port", str(PORT),
        "--set", "fovea.lab.lease=4s", "--set", "fovea.internal-token=" + INTERNAL,
    )
    until("the server", healthy, 180)
    return process


def cli(*arguments, expect=0):
    done = subprocess.run(
        ["./fovea", *arguments], capture_output=True, text=True, timeout=120,
        env={**os.environ, "FOVEA_URL": URL, "FOVEA_TOKEN": TOKEN},
    )
    assert done.returncode == expect, (arguments[0], done.returncode, done.stdout, done.stderr)
    return done.stdout


def log(name):
    return (FOLDER / (name + ".log")).read_text()


def agent(name, *arguments):
    return start(name + ".log", "agent", "--home", str(FOLDER / name), *arguments)


def job(id):
    return call("GET", "/api/v1/lab/jobs/" + id)


def request(project, target, samples):
    body = {"project": project, "device": target, "model": MODEL, "input": [ROWS, WIDTH], "warmUp": 5, "samples": samples}
    return call("POST", "/api/v1/lab/jobs", body, token=INTERNAL)["id"]


def devices():
    return {d["name"]: d for d in call("GET", "/api/v1/lab/devices")}


def holder(id):
    return next((n for n, d in devices().items() if d["state"] == "LEASED" and d.get("holder") == id), None)


def measuring(name, id):
    """It has begun to measure this job, and some of the measurement has passed."""
    short = id.removeprefix("sha256:")[:8]
    until(f"{name} to measure {short}", lambda: f"job {short}: measures" in log(name))
    time.sleep(1.5)


def done(id):
    return until("the profile", lambda: job(id).get("profile"), 180)


def public_key(name):
    pem = (FOLDER / name / "key.pem").read_text()
    return serialization.load_pem_public_key(
        re.search("-----BEGIN PUBLIC KEY.*END PUBLIC KEY-----", pem, re.S).group().encode()
    )


def framed(kind, payload):
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload)


def verify(profile, name):
    """By DSSE and the device's public key alone, without any of Fovea's code."""
    key = public_key(name)
    spki = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    fingerprint = "sha256:" + hashlib.sha256(spki).hexdigest()
    assert profile["device"] == name, profile["device"]
    assert profile["seal"]["key"] == fingerprint == devices()[name]["key"]
    envelope = json.loads(cli("device", "statement", profile["digest"]))
    payload = base64.b64decode(envelope["payload"])
    assert "sha256:" + hashlib.sha256(payload).hexdigest() == profile["digest"]
    signature = base64.b64decode(envelope["signatures"][0]["sig"])
    key.verify(signature, framed(envelope["payloadType"], payload))
    said = json.loads(payload)
    assert said["device"] == name and said["key"] == fingerprint and said["assignment"]["model"] == MODEL
    ordered = sorted(said["latenciesMillis"])
    assert abs(ordered[(len(ordered) + 1) // 2 - 1] - profile["latencies"]["p50"]["value"]) < 1e-9
    for changed in (payload.replace(b'"memoryBytes":', b'"memoryBytes":1', 1), payload + b" "):
        try:
            key.verify(signature, framed(envelope["payloadType"], changed))
            raise AssertionError("a changed statement verifies")
        except InvalidSignature:
            pass


step("a lab, and a model of two layers in its object store")
server = serve()
TOKEN = (FOLDER / "lab" / "token").read_text().strip()
weights = helper.make_tensor("w", TensorProto.FLOAT, [WIDTH, WIDTH], [0.001] * (WIDTH * WIDTH))
graph = helper.make_graph(
    [helper.make_node("MatMul", ["x", "w"], ["h"]), helper.make_node("MatMul", ["h", "w"], ["y"])],
    "two-layers",
    [helper.make_tensor_value_info("x", TensorProto.FLOAT, [ROWS, WIDTH])],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, [ROWS, WIDTH])],
    [weights],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9).SerializeToString()
MODEL = "sha256:" + hashlib.sha256(model).hexdigest()
experiment = call("POST", "/api/2.0/mlflow/experiments/create", {"name": "agents"})["experiment_id"]
run = call("POST", "/api/2.0/mlflow/runs/create", {"experiment_id": experiment})["run"]["info"]["run_id"]
call("PUT", f"/api/2.0/mlflow-artifacts/artifacts/{experiment}/{run}/artifacts/model.onnx", model, raw=True)

step("two devices of one label join by codes; a code is used once")
agents = {}
commands = {}
for name in ("bench-1", "bench-2"):
    commands[name] = cli("device", "invite", name, "--label", "bench").split()
    assert commands[name][:2] == ["fovea", "agent"], commands[name]
    agents[name] = agent(name, *commands[name][2:], "--device", name)
for name in agents:
    until(f"{name} in the lab", lambda: devices().get(name, {}).get("state") == "IDLE")
    assert stat.S_IMODE((FOLDER / name / "key.pem").stat().st_mode) == 0o600
thief = subprocess.run(
    ["./fovea", "agent", "--home", str(FOLDER / "thief"), *commands["bench-1"][2:]], capture_output=True, text=True, timeout=120
)
assert thief.returncode == 4 and "wrong, was used, or is too old" in thief.stderr, thief

step("the agent that measures is killed: its sibling finishes, and signs")
id = request("killed", "bench", 600)
victim = until("somebody to measure", lambda: holder(id))
other = {"bench-1": "bench-2", "bench-2": "bench-1"}[victim]
measuring(victim, id)
agents[victim].kill()
agents[victim].wait()
verify(done(id), other)
assert "keeps profile" not in log(victim)

step("the killed one starts again, with its key and without a code, and measures")
agents[victim] = agent(victim)
again = request("again", victim, 60)
verify(done(again), victim)
assert log(victim).count("joined as") == 1

step("an agent that is paused beyond its lease comes back late: refused, and it goes on")
id = request("paused", "bench", 601)
paused = until("somebody to measure", lambda: holder(id))
sibling = {"bench-1": "bench-2", "bench-2": "bench-1"}[paused]
measuring(paused, id)
agents[paused].send_signal(signal.SIGSTOP)
profile = done(id)
verify(profile, sibling)
agents[paused].send_signal(signal.SIGCONT)
until("the late one to be told", lambda: "has ended, and its result is not kept" in log(paused))
assert job(id)["profile"] == profile
verify(done(request("afterwards", paused, 60)), paused)

step("the lab is killed while an agent measures: the measurement goes on and counts")
id = request("lab-killed", "bench-1", 602)
measuring("bench-1", id)
server.kill()
server.wait()
server = serve()
verify(done(id), "bench-1")
assert log("bench-1").count(f"job {id[7:15]}: measures") == 1, "measured once"

step("a removed device is refused and its agent ends with a reason; its job waits for nobody")
cli("device", "remove", "bench-2")
assert agents["bench-2"].wait(60) == 4, "not authorised"
assert "device bench-2 was removed from the lab" in log("bench-2")
back = subprocess.run(["./fovea", "agent", "--home", str(FOLDER / "bench-2")], capture_output=True, text=True, timeout=120)
assert back.returncode == 4 and "was removed from the lab" in back.stderr, back
verify(done(request("last", "bench", 60)), "bench-1")

acts = [row["act"] for row in call("GET", "/api/v1/projects/default/audit?limit=200")]
for act in ("invited device", "joined the lab with key", "removed device"):
    assert any(a.startswith(act) for a in acts), (act, acts)
print("all held")
