# A person's turns of the demo, taken in a real browser: approves, labels every frame, approves again.
need_packages chromium fonts-dejavu-core
home=$WORK/person
./fovea demo --home "$home" --port 0 --annotate --approve --exit > "$OUT/demo-person.log" 2>&1 &
demo=$!
started "$demo"
for _ in $(seq 240); do [ -s "$home/address" ] && curl -sf "$(cat "$home/address")/actuator/health/readiness" >/dev/null && break; sleep 0.5; done
export FOVEA_E2E_URL=$(cat "$home/address") FOVEA_E2E_TOKEN=$(cat "$home/token") FOVEA_E2E_SCREENSHOTS=$OUT/screenshots
check person-in-chromium env JAVA_HOME="$(./jdk)" ./mvnw -ntp -pl application -am test \
  -Dtest.groups=e2e -Dtest.excluded= -Dtest=PersonInTheBrowser -Dsurefire.failIfNoSpecifiedTests=false
check demo-with-a-person wait "$demo"
check demo-tells-whose-labels grep -q 'labelled by you' "$OUT/demo-person.log"
proved chromium "$(chromium --version 2>/dev/null | grep -o '[0-9.]*' | head -n 1)" "a person approves twice and labels 120 frames by keys"
