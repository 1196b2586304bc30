#!/usr/bin/env bash
# Uploads of 96 MB into a bucket of a MinIO of this script's own. The server is killed (SIGKILL) in one, MinIO in another: what was not
# acknowledged is not there, every object in the bucket is what its name says, and the same upload afterwards succeeds.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$1 out=$2
mkdir -p "$work/minio"
port=$(python3 e2e/ports.py 1)
endpoint=http://127.0.0.1:$port bucket=killed
export S3_ACCESS_KEY=killed-test S3_SECRET_KEY=$(od -An -tx1 -N16 /dev/urandom | tr -d ' \n')
export FOVEA_OBJECTS_S3_ENDPOINT=$endpoint FOVEA_OBJECTS_S3_BUCKET=$bucket FOVEA_OBJECTS_S3_PATIENCE=5s
export FOVEA_OBJECTS_S3_ACCESSKEY=$S3_ACCESS_KEY FOVEA_OBJECTS_S3_SECRETKEY=$S3_SECRET_KEY
minio=${CLUSTER_HOME:-$HOME/.cache/cluster}/bin/minio
server= store=
trap 'kill -9 $server $store 2>/dev/null || true' EXIT

start_store() {
  MINIO_ROOT_USER=$S3_ACCESS_KEY MINIO_ROOT_PASSWORD=$S3_SECRET_KEY "$minio" server --quiet --address "127.0.0.1:$port" "$work/minio" > "$out/killed-minio.log" 2>&1 &
  store=$!
  for _ in $(seq 100); do curl -sf "$endpoint/minio/health/ready" >/dev/null && return; sleep 0.2; done
  echo "MinIO did not start"; cat "$out/killed-minio.log"; exit 1
}
start_server() {
  ./fovea serve --home "$work/home" --port 0 >> "$out/killed-server.log" 2>&1 &
  server=$!
  rm -f "$work/home/address"
  for _ in $(seq 240); do
    if [ -s "$work/home/address" ] && curl -sf "$(cat "$work/home/address")/actuator/health/readiness" >/dev/null 2>&1; then
      url=$(cat "$work/home/address") token=$(cat "$work/home/token"); return
    fi
    sleep 0.5
  done
  echo "the server did not start"; tail -n 30 "$out/killed-server.log"; exit 1
}
file() { # file NAME : 96 MB that no other upload has
  head -c 100663296 /dev/urandom > "$work/$1"
  md5=$(md5sum "$work/$1" | cut -d' ' -f1)
  path=/dvc/killed/files/md5/${md5:0:2}/${md5:2}
}
upload() { curl -s -o /dev/null -w '%{http_code}' -X POST -H "Authorization: Bearer $token" -H 'Content-Type: application/octet-stream' "$@" "$url$path" || true; }
visible() { curl -s -o /dev/null -w '%{http_code}' -I -H "Authorization: Bearer $token" "$url$path"; }
whole() { python3 e2e/s3.py check "$endpoint" "$bucket"; }
same() { curl -sf -H "Authorization: Bearer $token" "$url$path" | cmp - "$work/$1"; }

wait_for_moment() { # wait_for_moment SECONDS|put : put is when MinIO has begun to write the object
  [ "$1" = put ] || { sleep "$1"; return; }
  for _ in $(seq 500); do
    [ -z "$(find "$work/minio/.minio.sys/tmp" -type f -size +1M 2>/dev/null | sed -n 1p)" ] || return 0
    sleep 0.02
  done
  echo "MinIO never wrote a part of the object"; exit 1
}

start_store
python3 e2e/s3.py make "$endpoint" "$bucket"
start_server
curl -sf -X PUT -H "Authorization: Bearer $token" "$url/api/v1/projects/killed" >/dev/null

for moment in 0.5 put; do
  file "server-$moment"
  upload -T "$work/server-$moment" --limit-rate 60M > "$work/code" &
  client=$!
  wait_for_moment "$moment"
  kill -KILL $server; wait $server 2>/dev/null || true
  wait $client || true
  whole
  start_server
  [ "$(cat "$work/code")" = 200 ] || [ "$(visible)" = 404 ] || { echo "not acknowledged, yet visible"; exit 1; }
  [ "$(cat "$work/code")" != 200 ] || [ "$(visible)" = 200 ] || { echo "acknowledged, yet not visible"; exit 1; }
  code=$(upload -T "$work/server-$moment")
  [ "$code" = 200 ] && same "server-$moment" || { echo "the retry answered $code"; exit 1; }
  echo "server killed at $moment: the client saw $(cat "$work/code"), the retry is whole"
done

for moment in 0.5 put; do
  file "store-$moment"
  upload -T "$work/store-$moment" --limit-rate 80M > "$work/code" &
  client=$!
  wait_for_moment "$moment"
  kill -KILL $store; wait $store 2>/dev/null || true
  wait $client || true
  seen=$(cat "$work/code")
  start_store
  whole
  [ "$seen" = 200 ] || [ "$(visible)" = 404 ] || { echo "not acknowledged ($seen), yet visible"; exit 1; }
  code=$(upload -T "$work/store-$moment")
  [ "$code" = 200 ] && same "store-$moment" || { echo "the retry answered $code"; exit 1; }
  echo "MinIO killed at $moment: the client saw $seen, the retry is whole"
done

kill -KILL $store; wait $store 2>/dev/null || true
file gone
answer=$(curl -s -m 90 -H "Authorization: Bearer $token" -X POST -H 'Content-Type: application/octet-stream' --data-binary "@$work/gone" "$url$path" -w ' %{http_code}')
case $answer in
  *"fovea.objects.s3.endpoint"*" 503") echo "without a store: $answer" ;;
  *) echo "without a store (expected: 503 and what to do): $answer"; exit 1 ;;
esac
start_store
[ "$(upload -T "$work/gone")" = 200 ] && same gone || { echo "not after the store came back"; exit 1; }
whole
