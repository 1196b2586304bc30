# What the parts of the end-to-end tests share. Sourced by e2e/run, which sets ROOT, CACHE, OUT and WORK.

say() { printf '%s\n' "e2e: $*"; }

# check NAME COMMAND… : runs it with its output in $OUT/NAME.log and prints one line
check() {
  local name=$1 begun=$SECONDS; shift
  if "$@" > "$OUT/$name.log" 2>&1; then
    echo passed >> "$WORK/results"; say "passed  $name  ($((SECONDS - begun)) s)"
  else
    echo failed >> "$WORK/results"; say "FAILED  $name  ($((SECONDS - begun)) s): $OUT/$name.log"; tail -n 40 "$OUT/$name.log" | sed 's/^/    /'
    return 1
  fi
}

# proved COMPONENT VERSION WHAT : a row of the table that e2e/run prints at its end; write it after the check that shows it
proved() { printf '%s\t%s\t%s\n' "$1" "$2" "$3" >> "$OUT/proved.tsv"; }

need_packages() {
  local missing=()
  for package in "$@"; do dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package"); done
  if [ ${#missing[@]} -gt 0 ]; then
    say "installing ${missing[*]}"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" > "$OUT/apt.log" 2>&1
  fi
}

# venv NAME REQUIREMENT… : a virtual environment, made once; prints its folder
venv() {
  local folder=$CACHE/$1; shift
  if [ ! -e "$folder/done" ]; then
    say "installing $*" >&2
    rm -rf "$folder"
    python3 -m venv "$folder"
    "$folder/bin/pip" install -q "$@" > "$OUT/pip.log" 2>&1 || { cat "$OUT/pip.log" >&2; return 1; }
    touch "$folder/done"
  fi
  echo "$folder"
}

# started PID : ended when the part ends
started() { STARTED+=("$1"); }
stop_started() {
  for pid in "${STARTED[@]:-}"; do [ -n "$pid" ] && kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
}

# serve HOME [OPTION…] : a server on a free port; its address is in $URL, the owner's token in $TOKEN
serve() {
  local home=$1; shift
  ./fovea serve --home "$home" --port 0 "$@" > "$OUT/server-$PART.log" 2>&1 &
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

# base_image, application_image : in $IMAGES, built by the first part of a run that needs them
IMAGES=$WORK/images
base_image() { [ -e "$IMAGES/base.tar" ] || images/build base --out "$IMAGES" > "$OUT/base-image.log" 2>&1 || { cat "$OUT/base-image.log"; return 1; }; }
application_image() {
  base_image
  [ -e "$IMAGES/fovea.tar" ] || images/build fovea --out "$IMAGES" > "$OUT/application-image.log" 2>&1 || { cat "$OUT/application-image.log"; return 1; }
}

# cluster COMMAND… : the one-node Kubernetes, registry, S3 servers and Docker of this machine
cluster() { touch "$WORK/cluster"; "${FOVEA_CLUSTER:-$ROOT/../shared/cluster/cluster}" "$@"; }
