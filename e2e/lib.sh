# What the parts of the end-to-end tests share. Sourced by e2e/run, which sets ROOT, CACHE, OUT, RUN and WORK.

say() { printf '%s\n' "e2e: $*"; }

# check NAME COMMAND… : runs it with its output in $OUT/NAME.log and prints one line. Where it fails, its part ends: a command that is a function
# runs under `set -e`, as it would not in an `if`. So never write `check … ||` or `if check`.
check() {
  local name=$1 begun=$SECONDS; shift
  echo "$name" > "$RUN/$PART.checking"
  "$@" > "$OUT/$name.log" 2>&1
  rm "$RUN/$PART.checking"
  echo passed >> "$RUN/results"; say "$PART: passed  $name  ($((SECONDS - begun)) s)"
}

# failed WHAT [LOG] : said now, and once more at the end of the run
failed() {
  echo failed >> "$RUN/results"
  {
    say "FAILED  $1"
    [ $# -eq 1 ] || { grep -m 5 -n -e '✘' -e '(expected: ' "$2" || true; tail -n 40 "$2"; } | cut -c 1-600 | sed 's/^/    /'
  } | tee -a "$OUT/failed.log"
}

# proved COMPONENT VERSION WHAT : a row of the table that e2e/run prints at its end; write it after the check that shows it
proved() { printf '%s\t%s\t%s\t%s\n' "$NUMBER" "$1" "$2" "$3" >> "$OUT/proved.tsv"; }

# locked NAME COMMAND… : one lane at a time
locked() { (exec 8> "$RUN/$1.lock"; flock 8; shift; "$@" 8>&-); }

need_packages() {
  local missing=()
  for package in "$@"; do dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package"); done
  if [ ${#missing[@]} -gt 0 ]; then
    say "installing ${missing[*]}"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" > "$OUT/apt.log" 2>&1 || { cat "$OUT/apt.log"; return 1; }
  fi
}

# venv NAME REQUIREMENT… : a virtual environment, made once for these requirements; prints its folder
venv() { locked "venv-$1" venv_made "$@"; }
venv_made() {
  local folder=$CACHE/$1 log=$OUT/pip-$1.log; shift
  # What an older run made does not say of what.
  if [ ! -e "$folder/done" ] || { [ -s "$folder/done" ] && [ "$(cat "$folder/done")" != "$*" ]; }; then
    say "installing $*" >&2
    rm -rf "$folder"
    python3 -m venv "$folder"
    "$folder/bin/pip" install -q --no-cache-dir "$@" > "$log" 2>&1 || { cat "$log" >&2; return 1; }
    echo "$*" > "$folder/done"
  fi
  echo "$folder"
}

# junit MODULE CLASS LEAST [OPTION…] : a test class by JUnit's own console, since Maven takes longer to start than some of them to run. LEAST
# tests or more ran, and none was skipped. OPTIONs are the JVM's.
junit() {
  local module=$1 class=$2 least=$3 ran skipped; shift 3
  locked junit junit_made || return 1
  local java log=$OUT/junit-${class##*.}.log
  java=$(./jdk)/bin/java
  (cd "$module" && "$java" -Xmx1g -XX:+UseSerialGC -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED -Dlogging.level.root=warn "$@" \
    -cp "$RUN/junit/console.jar:target/test-classes:target/classes:$(cat target/test.classpath)" org.junit.platform.console.ConsoleLauncher \
    execute --select-class "$class" --fail-if-no-tests --disable-banner --disable-ansi-colors --details=tree) 2>&1 | tee "$log"
  [ "${PIPESTATUS[0]}" -eq 0 ] || return 1
  ran=$(sed -n 's/^\[ *\([0-9]*\) tests successful *\]$/\1/p' "$log") skipped=$(sed -n 's/^\[ *\([0-9]*\) tests skipped *\]$/\1/p' "$log")
  [ "$ran" -ge "$least" ] && [ "$skipped" -eq 0 ] || { echo "$ran tests of $class ran, $skipped were skipped (expected: $least or more, 0)"; return 1; }
}
junit_made() { # what Maven has to do for it, once a run
  [ ! -e "$RUN/junit/console.jar" ] || return 0
  local version
  JAVA_HOME=$(./jdk) ./mvnw -ntp -q test-compile dependency:build-classpath -Dmdep.outputFile=target/test.classpath || return 1
  version=$(tr ':' '\n' < kernel/target/test.classpath | sed -n 's/.*junit-jupiter-engine-\(.*\)\.jar$/\1/p')
  JAVA_HOME=$(./jdk) ./mvnw -ntp -q -N dependency:copy "-Dartifact=org.junit.platform:junit-platform-console-standalone:$version" \
    "-DoutputDirectory=$RUN/junit" || return 1
  mv "$RUN/junit/junit-platform-console-standalone-$version.jar" "$RUN/junit/console.jar"
}

# started PID : ended when the part ends
started() { STARTED+=("$1"); }
stop_started() {
  local pid
  for pid in "${STARTED[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${STARTED[@]}"; do wait "$pid" 2>/dev/null || true; done
}

# serve HOME [OPTION…] : a server on a free port, or on $SERVE_PORT; its address is in $URL, the owner's token in $TOKEN
serve() {
  local home=$1; shift
  ./fovea serve --home "$home" --port "${SERVE_PORT:-0}" "$@" > "$OUT/server-$PART.log" 2>&1 &
  started $!
  for _ in $(seq 240); do
    if [ -s "$home/address" ] && curl -sf "$(cat "$home/address")/actuator/health/readiness" >/dev/null 2>&1; then
      URL=$(cat "$home/address") TOKEN=$(cat "$home/token")
      return 0
    fi
    sleep 0.5
  done
  say "the server did not start"; cat "$OUT/server-$PART.log"; return 1
}

# free_ports COUNT : the first of so many in a row
free_ports() { python3 e2e/ports.py "$1"; }

# base_image, application_image : in $IMAGES, built by the first part of a run that needs them
IMAGES=$RUN/images
base_image() { locked images image_made base; }
application_image() { base_image && locked images image_made fovea; }
image_made() { # image_made base|fovea
  [ -e "$IMAGES/$1.tar" ] || images/build "$1" --out "$IMAGES" > "$OUT/$1-image.log" 2>&1 || { cat "$OUT/$1-image.log"; return 1; }
}

# cluster COMMAND… : the one-node Kubernetes, registry, S3 servers and Docker of this machine
cluster() { touch "$RUN/cluster"; locked cluster "${FOVEA_CLUSTER:-$ROOT/../shared/cluster/cluster}" "$@"; }
