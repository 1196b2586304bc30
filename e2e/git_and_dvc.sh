#!/usr/bin/env bash
# Stock git and stock dvc, unchanged: push a dataset, have a bad one refused in the terminal, clone and pull it elsewhere.
# Needs FOVEA_URL and FOVEA_TOKEN, git and dvc on the PATH.
set -euo pipefail
root=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export GIT_CONFIG_GLOBAL=$work/gitconfig GIT_TERMINAL_PROMPT=0 XDG_CACHE_HOME=$work/cache DVC_SITE_CACHE_DIR=$work/site
git config --global user.name Ada
git config --global user.email ada@example.org
git config --global init.defaultBranch main
api() { curl -sf -H "Authorization: Bearer $FOVEA_TOKEN" "$@"; }
remote=${FOVEA_URL/:\/\//:\/\/ada:$FOVEA_TOKEN@}/git/stock.git
api -X PUT "$FOVEA_URL/api/v1/projects/stock" >/dev/null

point_dvc_here() {
  dvc remote add -q -f -d fovea "$FOVEA_URL/dvc/stock"
  dvc remote modify -q fovea auth basic
  dvc remote modify -q --local fovea user ada
  dvc remote modify -q --local fovea password "$FOVEA_TOKEN"
}

mkdir -p "$work/repo" && cd "$work/repo"
git init -q && dvc init -q && point_dvc_here
mkdir -p data/tiny/images
printf 'path,label,split\nimages/a.png,0,train\nimages/b.png,1,test\n' > data/tiny/labels.csv
python3 - <<'PY'
import struct, zlib
def png(path, shade):
    rows = b"".join(b"\0" + bytes([shade]) * 8 for _ in range(8))
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
png("data/tiny/images/a.png", 40)
png("data/tiny/images/b.png", 200)
PY
printf 'project: stock\ndatasets:\n  tiny:\n    path: data/tiny.dvc\n    format: csv\n' > fovea.yaml
: > data/tiny/images/b.png.broken && mv data/tiny/images/b.png "$work/b.png" && mv data/tiny/images/b.png.broken data/tiny/images/b.png
dvc add -q data/tiny && dvc push -q
git add . && git commit -q -m "Add a tiny dataset"
if git push "$remote" main > "$work/refused" 2>&1; then echo "a zero-byte image was accepted"; exit 1; fi
grep -q 'images/b.png' "$work/refused" || { echo "the refusal does not name the file:"; cat "$work/refused"; exit 1; }
echo "refused in the terminal:"; sed 's/^/  /' "$work/refused"

cp "$work/b.png" data/tiny/images/b.png
dvc add -q data/tiny && dvc push -q
git add . && git commit -q -m "Mend an image" && git push -q "$remote" main
for _ in $(seq 60); do
  versions=$(api "$FOVEA_URL/api/v1/projects/stock/datasets/tiny/versions" || echo '[]')
  [ "$versions" != '[]' ] && break
  sleep 0.5
done
echo "$versions" | grep '"images":2' || { echo "no version of two images: $versions"; exit 1; }

git clone -q "$remote" "$work/clone" && cd "$work/clone" && point_dvc_here && dvc pull -q
diff -r "$work/repo/data/tiny" "$work/clone/data/tiny"
dvc status | grep 'up to date' > /dev/null
echo "pushed, refused, mended, cloned, pulled: the same bytes"

# A subset of the server's version, where nothing of it was pulled: stock dvc fetches exactly that, and the same comes out again.
git clone -q "$remote" "$work/subset" && cd "$work/subset" && point_dvc_here
subset="select path from images where split = 'test'"
"$root/fovea" dataset query "$subset" --dataset tiny --into few -p stock
[ ! -e few ] || { echo "the subset's images were downloaded"; exit 1; }
mkdir -p once && "$root/fovea" dataset query "$subset" --dataset tiny@1 --into once/few -p stock
cmp few.dvc once/few.dvc
"$root/fovea" dataset push few && git add few.dvc .gitignore && git commit -q -m "Choose what tests" && git push -q "$remote" HEAD:refs/heads/few
git clone -q -b few "$remote" "$work/few" && cd "$work/few" && point_dvc_here && dvc pull -q few.dvc
diff <(cd few && find . -type f | sort) <(printf '%s\n' ./images/b.png ./labels.csv)
cmp few/images/b.png "$work/repo/data/tiny/images/b.png"
grep -q '^images/b.png,1,test' few/labels.csv && [ "$(wc -l < few/labels.csv)" = 2 ]
dvc status few.dvc | grep 'up to date' > /dev/null
if "$root/fovea" dataset query "select label from images" --dataset tiny --into none -p stock > "$work/refused" 2>&1; then echo "a subset without paths was made"; exit 1; fi
grep -q 'no column path' "$work/refused" && [ ! -e none.dvc ]
echo "stock dvc pulls a subset of the server's version that nobody had pulled"

# A stage of stock dvc read the dataset: the lineage tells so from either side.
cd "$work/repo"
cat > dvc.yaml <<'YAML'
stages:
  count:
    cmd: mkdir -p counted && ls data/tiny/images | wc -l > counted/images.txt
    deps: [data/tiny]
    outs: [counted]
YAML
dvc repro -q && dvc push -q
git add . && git commit -q -m "Count the images" && git push -q "$remote" main
lineage=$FOVEA_URL/api/v1/projects/stock/lineage
for _ in $(seq 60); do
  found=$(api "$lineage/find?text=stage%20count" || echo '[]')
  [ "$found" != '[]' ] && break
  sleep 0.5
done
stage=$(printf '%s' "$found" | python3 -c 'import json, sys; print(*(each["digest"] for each in json.load(sys.stdin)))')
version=$(printf '%s' "$versions" | python3 -c 'import json, sys; print(json.load(sys.stdin)[0]["digest"])')
for _ in $(seq 60); do
  api "$lineage/$version?hops=12" > "$work/around.json" && grep -q 'counted (' "$work/around.json" && break
  sleep 0.5
done
python3 - "$work/around.json" <<'PY'
import json, sys
said = {"%s %s %s" % (each["to"]["label"].split(" (")[0], each["verb"], each["from"]["label"]) for each in json.load(open(sys.argv[1]))["links"]}
ran = "mkdir -p counted && ls data/tiny/images | wc -l > counted/images.txt"
assert {"stage count of dvc.yaml run on tiny 1", f"counted made by stage count of dvc.yaml ({ran})"} <= said, said
PY
"$root/fovea" why "$stage" -p stock > "$work/why"
grep -q 'stage count of dvc.yaml (mkdir -p counted .*) was run on tiny 1' "$work/why" || { cat "$work/why"; exit 1; }
"$root/fovea" why counted -p stock | grep 'was made by stage count of dvc.yaml'
echo "a stage of stock dvc is in the lineage of the dataset that it read"

# What was signed about the version is checked by OpenSSL alone: DSSE's framing, then Ed25519 over it.
signed=$work/signed && mkdir "$signed" && cd "$signed"
digest=$(printf '%s' "$versions" | python3 -c 'import json, sys; print(json.load(sys.stdin)[0]["digest"])')
version=$FOVEA_URL/api/v1/projects/stock/datasets/tiny/versions/$digest
api "$version/statement" > statement.json
api "$version/manifest" > manifest.json
api "$FOVEA_URL/api/v1/projects/stock/datasets/-/keys" | python3 -c 'import json, sys; print(json.load(sys.stdin)[0]["pem"], end="")' > key.pem
python3 - <<'PY'
import base64, hashlib, json
envelope = json.load(open("statement.json"))
kind, payload = envelope["payloadType"].encode(), base64.b64decode(envelope["payload"])
open("signed", "wb").write(b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload))
open("signature", "wb").write(base64.b64decode(envelope["signatures"][0]["sig"]))
statement = json.loads(payload)
manifest = hashlib.sha256(open("manifest.json", "rb").read()).hexdigest()
assert statement["_type"] == "https://in-toto.io/Statement/v1", statement
assert statement["subject"][0]["digest"] == {"sha256": manifest}, (statement, manifest)
assert statement["predicate"]["samples"] == 2, statement
PY
openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in signed -sigfile signature > /dev/null
printf 'x' >> signed
if openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in signed -sigfile signature > /dev/null 2>&1; then echo "OpenSSL took a changed statement"; exit 1; fi
"$root/fovea" dataset verify tiny@1 --key key.pem --statement statement.json --manifest manifest.json --bytes --data "$work/clone/data/tiny"
printf 'other' > "$work/clone/data/tiny/images/a.png"
if "$root/fovea" dataset verify tiny@1 --key key.pem --statement statement.json --manifest manifest.json --bytes --data "$work/clone/data/tiny" > damaged; then echo "a changed image was taken"; exit 1; fi
grep -q 'images/a.png .*damaged' damaged
(cd "$work/repo" && "$root/fovea" dataset verify tiny@1 --key "$signed/key.pem" --bytes -p stock)
"$root/fovea" dataset history tiny images/b.png -p stock
echo "signed, and checked by OpenSSL and without a server"
