#!/usr/bin/env bash
# packaged_demo.sh HOME PREFIX BASE_TAR: plays the demo up to its first deployment; its images go to the registry at PREFIX.
set -euo pipefail
cd "$(dirname "$0")/.."
code=0
FOVEA_ROLLOUTS_PACKAGING_REGISTRY=$2 FOVEA_ROLLOUTS_PACKAGING_INSECUREHOSTS=${2%%/*} FOVEA_ROLLOUTS_PACKAGING_BASE=tar://$3 \
  FOVEA_DEMO_HALT_AFTER=first-deployment ./fovea demo --home "$1" --port 0 --exit || code=$?
[ "$code" -eq 137 ] || { echo "the demo ended with $code (expected: 137, halted after its first deployment)"; exit 1; }
crane ls --insecure "$2/digits/digit-reader"
