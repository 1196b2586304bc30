#!/usr/bin/env bash
# The command line against a finished demo: what a script relies on is the exit code. Needs FOVEA_URL, FOVEA_TOKEN, FOVEA_PROJECT.
set -uo pipefail
cd "$(dirname "$0")/.."
expect() { # expect CODE COMMAND…
  local wanted=$1 code=0; shift
  "$@" || code=$?
  [ "$code" -eq "$wanted" ] || { echo "$*: exit $code (expected: $wanted)"; exit 1; }
}
expect 0 ./fovea status
expect 0 ./fovea dataset log digits
expect 0 ./fovea dataset list --json
expect 0 ./fovea model list digit-reader
expect 0 ./fovea device list
expect 0 ./fovea rollout list
expect 0 ./fovea why "digit-reader 4"
expect 0 ./fovea audit verify
expect 2 ./fovea promote digit-reader
expect 3 ./fovea promote digit-reader 1 --wait
expect 1 ./fovea why nothing-of-that-name
expect 4 env FOVEA_TOKEN=fov_wrong_token ./fovea status
expect 6 ./fovea status --server http://127.0.0.1:1
echo "every exit code is what the help says"
