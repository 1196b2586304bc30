#!/usr/bin/env bash
# The stock dvc and git against a running Fovea, in both directions:
#   a folder that dvc adds and pushes becomes a dataset version and is pulled back whole into an empty clone;
#   a push with a broken image is refused with the list in git's own output;
#   frames that are labelled in Fovea arrive by git pull and dvc pull.
# Needs dvc 3.67 or newer with http support, git, curl and python3. FOVEA_URL and FOVEA_TOKEN say where and as whom.
set -euo pipefail

: "${FOVEA_URL:?the address of a running Fovea, such as http://localhost:4800}"
: "${FOVEA_TOKEN:?a token that may push and label}"
project="e2e-$(date +%s)-$$"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export GIT_CONFIG_GLOBAL="$work/gitconfig" GIT_TERMINAL_PROMPT=0 DVC_NO_ANALYTICS=1 XDG_CACHE_HOME="$work/cache" DVC_SITE_CACHE_DIR="$work/site"
git config --file "$GIT_CONFIG_GLOBAL" user.name "e2e"
git config --file "$GIT_CONFIG_GLOBAL" user.email "e2e@localhost"
git config --file "$GIT_CONFIG_GLOBAL" credential.helper '!f() { echo username=token; echo "password=$FOVEA_TOKEN"; }; f'

say() { printf 'e2e dvc: %s\n' "$*"; }
fail() { printf 'e2e dvc: FAILED: %s\n' "$*" >&2; exit 1; }
api() { curl --fail-with-body --silent --show-error --header "Authorization: Bearer $FOVEA_TOKEN" "$@"; }

images() { # folder, first number, last number: small real PNGs, every one different
  python3 - "$@" <<'PY'
import pathlib, struct, sys, zlib
folder, first, last = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
folder.mkdir(parents=True, exist_ok=True)
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
for n in range(first, last + 1):
    rows = b"".join(b"\0" + bytes((n * 37 + x * y * 11) % 256 for x in range(16)) for y in range(16))
    header = struct.pack(">IIBBBBB", 16, 16, 8, 0, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"tEXt", b"n\0%d" % n) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    (folder / f"{n}.png").write_bytes(png)
PY
}

labels() { # last number
  echo "path,label,split,slice"
  for n in $(seq 1 "$1"); do
    echo "images/ü $n.png,$((n % 2)),$([ $((n % 5)) = 0 ] && echo test || echo train),"
  done
}

configure_remote() {
  dvc remote add --quiet --default fovea "$FOVEA_URL/dvc/$project"
  dvc remote modify --quiet --local fovea auth basic
  dvc remote modify --quiet --local fovea user token
  dvc remote modify --quiet --local fovea password "$FOVEA_TOKEN"
}

api --request PUT "$FOVEA_URL/api/v1/projects/$project" >/dev/null
say "project $project"

mkdir "$work/team" && cd "$work/team"
git init --quiet --initial-branch=main
dvc init --quiet
configure_remote
cat >fovea.yaml <<YAML
project: $project
datasets:
  shapes:
    path: data/shapes.dvc
    format: csv
    classes: ["0", "1"]
YAML
images data/shapes/images 1 20
for n in $(seq 1 20); do mv "data/shapes/images/$n.png" "data/shapes/images/ü $n.png"; done
labels 20 >data/shapes/labels.csv
dvc add --quiet data/shapes
git add --all && git commit --quiet --message "Add shapes"

if git push --quiet "$FOVEA_URL/git/$project.git" main 2>"$work/early"; then fail "a push without its images was accepted"; fi
grep -q "run 'dvc push' before 'git push'" "$work/early" || fail "no hint to run dvc push: $(cat "$work/early")"
say "git push before dvc push is refused, with the command that is missing"

dvc push --quiet
git push --quiet "$FOVEA_URL/git/$project.git" main
version=$(api "$FOVEA_URL/api/v1/projects/$project/datasets/shapes/head")
python3 -c 'import json, sys; v = json.loads(sys.argv[1]); assert (v["number"], v["images"]) == (1, 20), v' "$version"
say "dvc push and git push made version 1 of 20 images"

printf 'no image' >data/shapes/images/broken.png
labels 20 >data/shapes/labels.csv && echo "images/broken.png,1,train," >>data/shapes/labels.csv
dvc add --quiet data/shapes && dvc push --quiet
git commit --quiet --all --message "Add a broken image"
if git push --quiet "$FOVEA_URL/git/$project.git" main 2>"$work/refused"; then fail "a broken image was accepted"; fi
grep -q "images/broken.png: is no image" "$work/refused" || fail "the broken image is not named: $(cat "$work/refused")"
git reset --quiet --hard HEAD~1 && dvc checkout --quiet
say "a broken image is refused by name, in git's own output"

git clone --quiet "$FOVEA_URL/git/$project.git" "$work/clone" && cd "$work/clone"
dvc remote modify --quiet --local fovea auth basic
dvc remote modify --quiet --local fovea user token
dvc remote modify --quiet --local fovea password "$FOVEA_TOKEN"
dvc pull --quiet
diff --recursive "$work/team/data/shapes" data/shapes || fail "the pulled folder differs"
[ -z "$(dvc status --quiet 2>&1)" ] || fail "dvc status is not clean"
say "an empty clone pulled the same bytes, dvc status is clean"
images "$work/frames" 101 103
for frame in "$work"/frames/*.png; do
  md5=$(python3 -c 'import hashlib, sys; print(hashlib.md5(open(sys.argv[1], "rb").read()).hexdigest())' "$frame")
  api --data-binary "@$frame" --header "Content-Type: application/octet-stream" "$FOVEA_URL/dvc/$project/files/md5/${md5:0:2}/${md5:2}"
done
python3 - "$work/frames" >"$work/frames.json" <<'PY'
import hashlib, json, pathlib, sys
frames = [{"image": "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest(), "model": "reader", "variant": "sha256:" + "ab" * 32,
           "arm": "stable", "answer": "0", "confidence": 0.5 + n / 100, "margin": n / 50, "probabilities": [0.5 + n / 100, 0.5 - n / 100],
           "reason": "unsure", "seen": "2026-01-01T00:00:00Z"} for n, path in enumerate(sorted(pathlib.Path(sys.argv[1]).glob("*.png")))]
print(json.dumps(frames))
PY
json=(--header "Content-Type: application/json")
base="$FOVEA_URL/api/v1/projects/$project"
api "${json[@]}" --data "@$work/frames.json" "$base/frames"
batch=$(api "${json[@]}" --data '{"dataset": "shapes", "model": "reader", "budget": 3}' "$base/batches" | python3 -c 'import json, sys; print(json.load(sys.stdin)["digest"])')
api --request PUT "${json[@]}" --data '{"label": "1"}' "$base/batches/$batch/items/1/label" >/dev/null
api --request POST "$base/batches/$batch/commit" >/dev/null
git pull --quiet && dvc pull --quiet
[ "$(find data/shapes/images -name 'frame-*.png' | wc -l)" = 1 ] || fail "the labelled frame did not arrive"
grep -q 'frame-.*,1,train,production$' data/shapes/labels.csv || fail "its label did not arrive"
[ -z "$(dvc status --quiet 2>&1)" ] || fail "dvc status is not clean after the labels"
say "a labelled frame arrived by git pull and dvc pull, dvc status is clean"
say "PASSED with $(dvc --version | tail -1)"
