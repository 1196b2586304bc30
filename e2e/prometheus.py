"""Asks a Prometheus whether every target is up and the series that matter have values.

Usage: prometheus.py ADDRESS LEAST_TARGETS
"""

import json
import sys
import time
import urllib.parse
import urllib.request

ADDRESS, LEAST = sys.argv[1], int(sys.argv[2])
SERVICES = ["registry", "datasets", "lab", "pipelines", "rollouts"]
WANTED = {
    "requests of every role": ("count(count by (role) (http_server_requests_seconds_count))", lambda v: v == 6),
    "calls between roles": ("sum(http_client_requests_seconds_count)", lambda v: v > 0),
    "the JVM's memory of every role": ("count(sum by (role) (jvm_memory_used_bytes) > 1e6)", lambda v: v == 6),
    "the database's pool": ("min(hikaricp_connections)", lambda v: v >= 0),
    "queues": (f"count(fovea_queue_waiting{{service=~\"{'|'.join(SERVICES)}\"}} >= 0)", lambda v: v >= 4),
    "nothing parked": ("sum(fovea_queue_parked)", lambda v: v == 0),
    "releases by state": ("sum(fovea_releases{state=\"released\"})", lambda v: v >= 3),
    "a release refused by a gate": ("sum(fovea_releases{state=\"refused\"})", lambda v: v == 1),
    "rollouts by state": ("sum(fovea_rollouts{state=\"rolled_back\"})", lambda v: v == 1),
    "objects read": ("sum(fovea_objects_read_bytes_total)", lambda v: v > 0),
    "model servers are up": ("sum(up{job=\"fovea-model-servers\"})", lambda v: v >= 1),
    "model servers' series": ("count(nv_inference_count{model=\"digit-reader\"})", lambda v: v >= 1),
}


def ask(path, **query):
    with urllib.request.urlopen(ADDRESS + path + "?" + urllib.parse.urlencode(query), timeout=10) as answer:
        return json.load(answer)["data"]


def missing():
    targets = ask("/api/v1/targets", state="active")["activeTargets"]
    for target in targets:
        if target["health"] != "up":
            yield f"{target['scrapeUrl']}: {target['health']}: {target['lastError']}"
    if len(targets) < LEAST:
        yield f"{len(targets)} targets (expected: {LEAST} or more)"
    for name, (query, good) in WANTED.items():
        result = ask("/api/v1/query", query=query)["result"]
        value = float(result[0]["value"][1]) if result else float("nan")
        if not good(value):
            yield f"{name}: {query} = {value}"
        else:
            print(f"{name}: {query} = {value:g}")


deadline = time.monotonic() + 60
while True:
    try:
        found = list(missing())
    except OSError as e:
        found = [str(e)]
    if not found:
        break
    if time.monotonic() > deadline:
        sys.exit("\n".join(found))
    time.sleep(2)
print(f"{len(ask('/api/v1/targets', state='active')['activeTargets'])} targets, all up")
