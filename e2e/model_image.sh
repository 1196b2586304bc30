#!/usr/bin/env bash
# model_image.sh REFERENCE MODEL URL: runs a model's image as a pod where Pod Security is "restricted", and holds it against the server
# at URL, which serves the same model without a container. TRITON is a Python that has tritonclient.
set -euo pipefail
cd "$(dirname "$0")/.."
namespace=fovea-images-$$
trap 'kubectl delete namespace "$namespace" --wait=false > /dev/null' EXIT
kubectl create namespace "$namespace" > /dev/null
kubectl label namespace "$namespace" pod-security.kubernetes.io/enforce=restricted > /dev/null
for _ in $(seq 50); do kubectl -n "$namespace" get serviceaccount default > /dev/null 2>&1 && break; sleep 0.2; done
kubectl apply -f - <<Y
apiVersion: v1
kind: Pod
metadata: {name: model, namespace: $namespace}
spec:
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: 40
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
  containers:
    - name: model
      image: $1
      ports: [{containerPort: 8080}]
      resources: {requests: {cpu: "1"}, limits: {memory: 512Mi}}  # without a request it gets next to no time on a busy node
      securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
      readinessProbe: {httpGet: {path: /v2/health/ready, port: 8080}, periodSeconds: 1, failureThreshold: 240}
      volumeMounts: [{name: tmp, mountPath: /tmp}]
  volumes: [{name: tmp, emptyDir: {}}]
Y
kubectl -n "$namespace" wait --for=condition=Ready pod/model --timeout=240s || { kubectl -n "$namespace" describe pod model; kubectl -n "$namespace" logs model; exit 1; }
address=$(kubectl -n "$namespace" get pod model -o jsonpath='{.status.podIP}')
kubectl -n "$namespace" logs model

process=
for candidate in $(pgrep -f 'dev.fovea.serving.ModelServerMain /model'); do
  if nsenter -t "$candidate" -n ip -o addr 2> /dev/null | grep -F " $address/" > /dev/null; then process=$candidate; fi
done
[ -n "$process" ] || { echo "the pod's process was not found"; exit 1; }
python3 - "$process" <<'P'
import sys
status = dict(line.split(":\t", 1) for line in open(f"/proc/{sys.argv[1]}/status").read().splitlines() if ":\t" in line)
assert status["Uid"].split() == ["65532"] * 4 and status["Gid"].split() == ["65532"] * 4, (status["Uid"], status["Gid"])
assert int(status["CapEff"], 16) == int(status["CapBnd"], 16) == 0, (status["CapEff"], status["CapBnd"])
assert status["NoNewPrivs"] == "1" and status["Seccomp"] == "2", status
root = next(line.split() for line in open(f"/proc/{sys.argv[1]}/mounts") if line.split()[1] == "/")
assert "ro" in root[3].split(","), root
print("user 65532, no capability, seccomp, read-only root")
print(f"measured: the model server's resident memory: {int(status['VmRSS'].split()[0]) // 1024} MB")
P

"$TRITON" e2e/same_answers.py "http://$address:8080" "$3" "$2"
FOVEA_URL="http://$address:8080" FOVEA_MODEL=$2 "$TRITON" rollout-controller/src/test/python/stock_tritonclient.py

# The start, by containerd alone: from the container's creation to the first ready answer.
crane manifest --insecure "$1" | python3 -c 'import json, sys
layers = [each["size"] for each in json.load(sys.stdin)["layers"]]
print("measured: the model'"'"'s image: %.1f MB compressed, %.1f MB of them the base" % (sum(layers) / 1e6, sum(layers[:2]) / 1e6))'
mapfile -t command < <(crane config --insecure "$1" | python3 -c 'import json, sys; print(*json.load(sys.stdin)["config"]["Entrypoint"], sep="\n")')
ctr -n fovea-e2e images pull --plain-http "$1" > /dev/null
begun=$(date +%s%N)
ctr -n fovea-e2e run --read-only --net-host --mount type=tmpfs,dst=/tmp,options=mode=1777 "$1" "start-$$" "${command[@]}" 127.0.0.1:18480 > /dev/null &
container=$!
until curl -sf http://127.0.0.1:18480/v2/health/ready > /dev/null; do
  [ $(($(date +%s%N) - begun)) -lt 60000000000 ] || { echo "not ready after 60 s"; exit 1; }
  sleep 0.02
done
echo "measured: from the container's creation to ready: $((($(date +%s%N) - begun) / 1000000)) ms"
ctr -n fovea-e2e task kill -s SIGTERM "start-$$"
code=0; wait "$container" || code=$?
[ "$code" -eq 143 ] || { echo "ended by SIGTERM with $code (expected: 143)"; exit 1; }
ctr -n fovea-e2e container rm "start-$$" 2> /dev/null || true
ctr -n fovea-e2e images rm "$1" > /dev/null
