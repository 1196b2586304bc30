#!/usr/bin/env bash
# The same two models released twice: by a server that exports in a process and evaluates itself, and by one that has the cluster do both,
# whose pod is deleted and which is killed meanwhile. Both must make the same objects.
#   jobs.sh FOLDER      the settings come from e2e/parts/41-jobs.sh
set -euo pipefail
cd "$(dirname "$0")/.."
work=$1
mkdir -p "$work"
server=
export FOVEA_OBJECTS_S3_ENDPOINT=http://127.0.0.1:9000 FOVEA_OBJECTS_S3_BUCKET=$bucket
export FOVEA_OBJECTS_S3_ACCESSKEY=$FOVEA_TEST_S3_ACCESS_KEY FOVEA_OBJECTS_S3_SECRETKEY=$FOVEA_TEST_S3_SECRET_KEY
export FOVEA_PIPELINES_PYTHON_MEMORY=4GB
watcher=
trap 'kill $server $watcher 2>/dev/null || true' EXIT

serve() { # serve HOME [OPTION…]
  local home=$1; shift
  rm -f "$home/address"
  ./fovea serve --home "$home" --port 0 "$@" >> "$home.log" 2>&1 &
  server=$!
  for _ in $(seq 240); do
    if [ -s "$home/address" ] && curl -sf "$(cat "$home/address")/actuator/health/readiness" > /dev/null 2>&1; then
      export FOVEA_URL FOVEA_TOKEN
      FOVEA_URL=$(cat "$home/address") FOVEA_TOKEN=$(cat "$home/token")
      return 0
    fi
    kill -0 $server || break
    sleep 0.5
  done
  tail -n 50 "$home.log"; return 1
}
end() { kill $server; wait $server || true; server=; }
field() { python3 -c "import json,sys; v=json.load(open(sys.argv[1])); print(eval(sys.argv[2], {}, v))" "$1" "$2"; }
expect() { # expect FILE EXPRESSION VALUE
  local seen; seen=$(field "$1" "$2")
  [ "$seen" = "$3" ] || { echo "$2: $seen (expected: $3)"; cat "$1"; exit 1; }
}
kube() { kubectl --kubeconfig "$admin" -n "$namespace" "$@"; }

"$torch/bin/python" e2e/jobs_model.py examples/digits "$work" 1
for home in here cluster; do
  code=0
  FOVEA_DEMO_HALT_AFTER=accepted-push ./fovea demo --home "$work/$home" --port 0 --exit > "$work/$home-demo.log" 2>&1 || code=$?
  [ "$code" -eq 137 ] || { echo "demo: exit $code"; cat "$work/$home-demo.log"; exit 1; }
done

echo "a server without Python says how it would have one"
serve "$work/here"
version=$(python3 e2e/jobs.py register "$work/reader.pt2" "$work/recording.safetensors")
python3 e2e/jobs.py evaluated "$version" 120 > "$work/refused.json"
expect "$work/refused.json" "state" FAILED
expect "$work/refused.json" "'aten.rnn_tanh.input' in reason and 'fovea.pipelines.python.command' in reason" True
end

echo "a process exports, this process evaluates"
serve "$work/here" --set "fovea.pipelines.python.command=$torch/bin/python"
version=$(python3 e2e/jobs.py register "$work/reader.pt2" "$work/recording.safetensors")
python3 e2e/jobs.py evaluated "$version" 300 > "$work/here.json"
cat "$work/here.json"
expect "$work/here.json" "'by PyTorch 2.14.1' in steps['export']" True
expect "$work/here.json" "steps['parity'].startswith('16 recorded examples, largest difference')" True
expect "$work/here.json" "len(evaluations)" 2
end

echo "the cluster does both; a pod is deleted and the server is killed while it evaluates"
images=$(sed -n 's/.*"\([0-9]*\) test images.*/\1/p' "$work/here.json" | sed -n 1p)
on_cluster=(--set fovea.pipelines.jobs.launcher=kubernetes --set "fovea.pipelines.jobs.kubernetes.namespace=$namespace"
  --set "fovea.pipelines.jobs.kubernetes.image=$image" --set fovea.pipelines.jobs.kubernetes.objects-secret=fovea-objects
  --set "fovea.pipelines.jobs.kubernetes.python-image=$python_image" --set fovea.pipelines.jobs.kubernetes.python-claim=python
  --set "fovea.pipelines.jobs.kubernetes.kubeconfig=$kubeconfig" --set fovea.pipelines.python.command=/usr/bin/python3
  --set fovea.pipelines.evaluation.in-process=0 --set "fovea.pipelines.evaluation.shard=$(((images + 3) / 4))"
  --set fovea.pipelines.jobs.memory=1GB)
kube get jobs -w -o custom-columns=NAME:.metadata.name,UID:.metadata.uid --no-headers > "$work/jobs-seen" 2>&1 &
watcher=$!
serve "$work/cluster" "${on_cluster[@]}"
version=$(python3 e2e/jobs.py register "$work/reader.pt2" "$work/recording.safetensors")
pod=
for _ in $(seq 600); do
  pod=$(kube get pods -l fovea.dev/kind=evaluate --field-selector=status.phase!=Succeeded -o name | sed -n 1p)
  [ -z "$pod" ] || break
  sleep 0.5
done
[ -n "$pod" ] || { echo "no pod evaluates"; python3 e2e/jobs.py evaluated "$version" 1; kube get pods; tail -n 30 "$work/cluster.log"; exit 1; }
kube delete "$pod" --grace-period=0 --force > /dev/null 2>&1
echo "deleted $pod"
kill -KILL $server; wait $server || true
echo "killed the server"
sleep 3
kube get jobs,pods
serve "$work/cluster" "${on_cluster[@]}"
python3 e2e/jobs.py evaluated "$version" 300 > "$work/cluster.json"
cat "$work/cluster.json"
for what in fp32 int8 evaluations; do expect "$work/cluster.json" "$what" "$(field "$work/here.json" "$what")"; done
sleep 2
sort -u "$work/jobs-seen"
[ "$(grep -c . < <(sort -u "$work/jobs-seen"))" -eq 2 ] || { echo "more or fewer than one export and one evaluation"; exit 1; }
[ -z "$(kube get jobs -o name)" ] || { echo "jobs are left:"; kube get jobs; exit 1; }
end

echo "an export that wants more memory than its limit"
"$torch/bin/python" e2e/jobs_model.py examples/digits "$work" 2
serve "$work/cluster" "${on_cluster[@]}" --set fovea.pipelines.python.memory=64MB
version=$(python3 e2e/jobs.py register "$work/reader.pt2" "$work/recording.safetensors")
python3 e2e/jobs.py evaluated "$version" 120 > "$work/memory.json"
expect "$work/memory.json" "state" FAILED
expect "$work/memory.json" "'the Python exporter failed: it wanted more than 64.0 MiB of memory' in reason and 'fovea.pipelines.python.memory' in reason" True
[ -z "$(kube get jobs -o name)" ] || { echo "jobs are left:"; kube get jobs; exit 1; }
echo "refused, and not tried again"
end
echo "the same objects, each made once"
