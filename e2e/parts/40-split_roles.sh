# One process per role on a PostgreSQL and an S3 of one's own: the loop's acts, the same as in one process, with each role killed in turn while
# it runs, and PostgreSQL stopped for 20 seconds. Prometheus scrapes all of it.
source e2e/s3.sh
source e2e/postgres.sh
source e2e/split.sh
need_packages prometheus
cluster minio-up
eval "$(cluster env)"
S3_ENDPOINT=http://127.0.0.1:9000 S3_BUCKET=e2e-split-$$ S3_ACCESS_KEY=$FOVEA_TEST_S3_ACCESS_KEY S3_SECRET_KEY=$FOVEA_TEST_S3_SECRET_KEY
s3_bucket "$S3_ENDPOINT" "$S3_BUCKET"
postgres_make "$WORK/postgres" "$(free_ports 1)"
trap 'stop_started; postgres_stop immediate' EXIT
rm -f "$OUT/$PART"-*.log
split_prepare "$WORK/split" "$(free_ports 6)"
split_start $ROLES
split_ready $ROLES
export FOVEA_TOKEN=$TOKEN
loop() { # loop MORE… : the demo against the processes; what it did stays done
  FOVEA_OBJECTS_S3_ENDPOINT=$S3_ENDPOINT FOVEA_OBJECTS_S3_BUCKET=$S3_BUCKET FOVEA_OBJECTS_S3_ACCESSKEY=$S3_ACCESS_KEY \
    FOVEA_OBJECTS_S3_SECRETKEY=$S3_SECRET_KEY ./fovea demo --server "$URL" --home "$WORK/loop"
}
loops() { # until it comes to its end: what stops it is a role that is away
  local try
  for try in $(seq 20); do loop >> "$OUT/$PART-loops.log" 2>&1 && return; sleep 2; done
  return 1
}
kill_after() { # kill_after ROLE SECONDS PATTERN : so long after the loop has said it, and while it goes on
  local role=$1
  for _ in $(seq 900); do grep -q "$3" "$OUT/$PART-loops.log" 2>/dev/null && break; sleep 0.2; done
  sleep "$2"
  kill -0 "$LOOPS" 2>/dev/null || { echo "the loop was over before $role was killed"; return 1; }
  split_kill "$role"
  echo "killed $role $2 s after '$3'"
  sleep 1
  split_start "$role"
  split_ready "$role"
}
kills() { # the loop, while each role's process is killed in what it works on, and started again
  loops &
  LOOPS=$!
  kill_after datasets 3 'against http' || return 1
  kill_after registry 1 'git push .* digits@1' || return 1
  kill_after pipelines 2 'run logged .* reader-v1' || return 1
  kill_after lab 4 'run logged .* reader-v2' || return 1
  kill_after rollouts 1 'digit-reader 3 passes every gate' || return 1
  kill_after web 1 'frames it was unsure of' || return 1
  wait $LOOPS || { tail -n 20 "$OUT/$PART-loops.log"; return 1; }
  grep '^error' "$OUT/$PART-loops.log" | cut -c1-160 || true
  loop > "$OUT/$PART-loop.log" 2>&1 || return 1
  tail -n 20 "$OUT/$PART-loop.log"
  local counted
  counted="$(grep -c '^  dataset ' "$OUT/$PART-loop.log") $(grep -c '^  model ' "$OUT/$PART-loop.log") $(grep -c '^  release ' "$OUT/$PART-loop.log")"
  [ "$counted" = "2 4 4" ] || { echo "$counted (expected: 2 dataset versions, 4 models, 4 releases)"; return 1; }
  s3_tool check "$S3_ENDPOINT" "$S3_BUCKET"
  for role in $ROLES; do [ ! -e "$SPLIT_FOLDER/$role/objects" ] || { echo "$role keeps objects in its home"; return 1; }; done
}
check split-roles-loop-with-every-role-killed kills
proved PostgreSQL "$PG_VERSION" "outside the process; one process per role; each killed in the loop: 2 dataset versions, 4 models, 4 releases, none twice"

source e2e/prometheus.sh
check prometheus-scrapes-every-role prometheus_checks
proved prometheus "$(prometheus --version 2>&1 | grep -o 'version [0-9.]*' | sed -n 1p | cut -d' ' -f2)" "every role and model server is up; promtool finds nothing wrong"

outage() { # PostgreSQL stopped for 20 s: readiness goes down and up again, answers say what to do, nothing is lost
  local before after role answer engineer
  engineer=$(curl -sf -X POST -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
    -d '{"subject":"ada","project":"digits","roles":["ENGINEER"],"days":1}' "$URL/api/v1/access/tokens" | sed 's/.*"token":"\([^"]*\)".*/\1/')
  before=$(curl -sf -H "Authorization: Bearer $TOKEN" "$URL/api/v1/projects/digits/models/digit-reader/versions" | md5sum)
  postgres_stop
  sleep 8
  for role in registry datasets lab pipelines rollouts; do
    answer=$(curl -s -m 20 -o "$WORK/health" -w '%{http_code}' "http://127.0.0.1:${ROLE_PORT[$role]}/actuator/health/readiness" || true)
    [ "$answer" = 503 ] || { echo "readiness of $role without a database: $answer (expected: 503)"; return 1; }
    answer=$(curl -s -m 20 -o /dev/null -w '%{http_code}' "http://127.0.0.1:${ROLE_PORT[$role]}/actuator/health/liveness" || true)
    [ "$answer" = 200 ] || { echo "liveness of $role without a database: $answer (expected: 200)"; return 1; }
  done
  answer=$(curl -s -m 30 -w ' %{http_code}' -H "Authorization: Bearer $TOKEN" "$URL/api/v1/projects/digits/models/digit-reader/versions")
  echo "without a database: $answer"
  [[ $answer == *503 && $answer == *remedy* ]] || { echo "(expected: 503 with a remedy)"; return 1; }
  answer=$(curl -s -m 30 -w ' %{http_code}' -H "Authorization: Bearer $engineer" "$URL/api/v1/projects/digits/models/digit-reader/versions")
  echo "an engineer: $answer"
  [[ $answer == *503 && $answer == *remedy* ]] || { echo "(expected: 503 with a remedy, not 401)"; return 1; }
  sleep 10
  postgres_start
  split_ready registry datasets lab pipelines rollouts web
  after=$(curl -sf -H "Authorization: Bearer $TOKEN" "$URL/api/v1/projects/digits/models/digit-reader/versions" | md5sum)
  [ "$before" = "$after" ] || { echo "the models are others than before"; return 1; }
  loop > "$OUT/$PART-loop-after.log" 2>&1 || { tail -n 20 "$OUT/$PART-loop-after.log"; return 1; }
  echo "back, and the loop goes on: $(grep -c '^  release ' "$OUT/$PART-loop-after.log") releases"
}
check postgresql-stopped-for-20-seconds outage
proved PostgreSQL "$PG_VERSION" "stopped for 20 s: readiness down and up, 503 with what to do, nothing lost"
