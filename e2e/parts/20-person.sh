# A person's turns of the demo, taken in a real browser: approves, labels every frame, approves again.
need_packages chromium fonts-dejavu-core iproute2 socat
home=$RUN/person
log=$OUT/demo-person.log
./fovea demo --home "$home" --port 0 --annotate --approve > "$log" 2>&1 &
started $!
for _ in $(seq 240); do [ -s "$home/address" ] && curl -sf "$(cat "$home/address")/actuator/health/readiness" >/dev/null && break; sleep 0.5; done
export FOVEA_E2E_CHROMIUM=$ROOT/e2e/chromium FOVEA_E2E_URL=$(cat "$home/address") FOVEA_E2E_TOKEN=$(cat "$home/token") FOVEA_E2E_SCREENSHOTS=$OUT/screenshots
check person-in-chromium junit application dev.fovea.e2e.PersonInTheBrowser 1
ended() { for _ in $(seq 120); do grep -q 'what the labels were worth' "$log" && return; sleep 1; done; return 1; }
check demo-with-a-person ended
check demo-tells-whose-labels grep -q 'labelled by you' "$log"
proved chromium "$(chromium --version 2>/dev/null | grep -o '[0-9.]*' | sed -n 1p)" "a person approves twice and labels 120 frames by keys"
