#!/usr/bin/env bash
# The demo, killed with SIGKILL semantics after each of its acts in turn, must go on where it was and end as one that was never killed:
# the same dataset versions and models, each once.
#   demo_restarts.sh HOME      which is left with the finished demo
set -euo pipefail
cd "$(dirname "$0")/.."
home=$1
mkdir -p "$home"
acts=(refused-push accepted-push refused-model passed-model first-deployment accuracy-before worse-model rolled-back-canary
  labels retraining promoted-canary)
for act in "${acts[@]}"; do
  begun=$SECONDS
  code=0
  FOVEA_DEMO_HALT_AFTER=$act ./fovea demo --home "$home" --port 0 --exit > "$home.log" 2>&1 || code=$?
  [ "$code" -eq 137 ] || { echo "after $act: exit $code (expected: 137)"; cat "$home.log"; exit 1; }
  echo "killed after $act ($((SECONDS - begun)) s)"
done
./fovea demo --home "$home" --port 0 --exit | tee "$home.log"
datasets=$(grep -c '^  dataset ' "$home.log")
models=$(grep -c '^  model ' "$home.log")
releases=$(grep -c '^  release ' "$home.log")
[ "$datasets $models $releases" = "2 4 4" ] || { echo "$datasets dataset versions, $models models, $releases releases (expected: 2, 4, 4)"; exit 1; }
echo "finished: 2 dataset versions, 4 models, 4 releases, none twice"
rm -f "$home.log"
