# The API against the stock fuzzer: whatever it sends to whichever route of the OpenAPI document, no answer is a 5xx.
schemathesis=$(venv schemathesis 'schemathesis==4.32.5')
sample_project() { # the demo's project with a dataset version, a run, a model version and its release
  local code=0
  FOVEA_DEMO_HALT_AFTER=refused-model ./fovea demo --home "$1" --port 0 --exit || code=$?
  [ "$code" -eq 137 ] || { echo "demo: exit $code (expected: 137)"; return 1; }
}
check fuzz-sample-project sample_project "$WORK/fuzz"
# A token that is in no table: the fuzzer may revoke those that it finds.
(umask 077; python3 -c 'import secrets; print(secrets.token_hex(32))' > "$WORK/fuzz-token")
serve "$WORK/fuzz" --admin-token-file "$WORK/fuzz-token"
fuzzed() {
  local incidents
  # It keeps what it finds in the folder that it is started in.
  (cd "$WORK" && FOVEA_FUZZ_TOKEN=$(cat "$WORK/fuzz-token") "$schemathesis/bin/schemathesis" --config-file "$ROOT/e2e/fuzz.toml" run "$URL/v3/api-docs" --no-color) || return 1
  # What is wrong inside is said nowhere but in the log.
  incidents=$(grep -c incident "$OUT/server-$PART.log" || true)
  [ "$incidents" -eq 0 ] || { grep -A 12 incident "$OUT/server-$PART.log"; echo "$incidents incidents in the log (expected: 0)"; return 1; }
  curl -sf -H "Authorization: Bearer $(cat "$WORK/fuzz-token")" "$URL/api/v1/projects/digits/releases" > /dev/null
}
check fuzz fuzzed
proved schemathesis 4.32.5 "every route of the OpenAPI document with valid and invalid requests; no 5xx"
