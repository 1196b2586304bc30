"""Registers a model file with a running Fovea by MLflow's API, and waits for what becomes of it.

    jobs.py register MODEL.pt2 [RECORDING]        prints the version's number
    jobs.py evaluated NUMBER [SECONDS]            waits until its release is evaluated or has ended; prints what it made
FOVEA_URL and FOVEA_TOKEN say where; the project is the example's.
"""

import json
import os
import sys
import time
import urllib.request

BASE = os.environ["FOVEA_URL"]
TOKEN = os.environ["FOVEA_TOKEN"]
MLFLOW = "/api/2.0/mlflow/"
MODEL = "digit-reader"
RELEASES = "/api/v1/projects/digits/releases"


def call(method, path, body=None, media="application/json"):
    data = json.dumps(body).encode() if isinstance(body, dict) else body
    request = urllib.request.Request(BASE + path, data, {"Content-Type": media, "Authorization": "Bearer " + TOKEN, "X-MLFLOW-WORKSPACE": "digits"}, method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        text = answer.read()
    return json.loads(text) if text else {}


def register(model, recording=None):
    try:
        experiment = call("GET", MLFLOW + "experiments/get-by-name?experiment_name=jobs")["experiment"]["experiment_id"]
    except urllib.error.HTTPError:
        experiment = call("POST", MLFLOW + "experiments/create", {"name": "jobs"})["experiment_id"]
    run = call("POST", MLFLOW + "runs/create", {"experiment_id": experiment, "start_time": int(time.time() * 1000)})
    run = run["run"]["info"]["run_id"]
    for name, file in (("model.pt2", model), ("parity.safetensors", recording)):
        if file:
            with open(file, "rb") as content:
                path = f"/api/2.0/mlflow-artifacts/artifacts/{experiment}/{run}/artifacts/model/{name}"
                call("PUT", path, content.read(), "application/octet-stream")
    call("POST", MLFLOW + "runs/update", {"run_id": run, "status": "FINISHED"})
    try:
        call("POST", MLFLOW + "registered-models/create", {"name": MODEL})
    except urllib.error.HTTPError:
        pass
    made = call("POST", MLFLOW + "model-versions/create", {"name": MODEL, "source": f"runs:/{run}/model", "run_id": run})
    print(made["model_version"]["version"])


def evaluated(number, seconds="300"):
    deadline = time.monotonic() + float(seconds)
    release = None
    while time.monotonic() < deadline:
        release = next((r for r in call("GET", RELEASES) if r["number"] == int(number)), None)
        if release and (release["state"] in ("FAILED", "REFUSED", "RELEASED") or step(release, "evaluate")["state"] == "done"):
            break
        time.sleep(1)
    if release is None:
        sys.exit(f"no release of version {number}")
    evaluations = set()
    if release.get("int8") and step(release, "evaluate")["state"] == "done":
        # The lineage follows by an event.
        for _ in range(60):
            links = [
                link
                for variant in ("fp32", "int8")
                for link in call("GET", f"/api/v1/projects/digits/lineage/{release[variant]}?hops=2")["links"]
            ]
            evaluations = {l["to"]["digest"] for l in links if l["to"]["kind"] == "EVALUATION" and l["from"]["digest"] in (release["fp32"], release["int8"])}
            if len(evaluations) == 2:
                break
            time.sleep(1)
    print(
        json.dumps(
            {
                "state": release["state"],
                "reason": release["reason"],
                "fp32": release.get("fp32"),
                "int8": release.get("int8"),
                "evaluations": sorted(evaluations),
                "steps": {s["name"]: s["summary"] for s in release["steps"] if s["summary"]},
            },
            indent=1,
        )
    )


def step(release, name):
    return next(s for s in release["steps"] if s["name"] == name)


if __name__ == "__main__":
    {"register": register, "evaluated": evaluated}[sys.argv[1]](*sys.argv[2:])
