# One process per role, on a database and a bucket of one's own. Sourced by parts; needs DB_URL, DB_USER, DB_PASSWORD and S3_ENDPOINT,
# S3_ACCESS_KEY, S3_SECRET_KEY, S3_BUCKET.
#   split_prepare FOLDER FIRST_PORT   chooses ports and secrets; sets URL (the web role's) and TOKEN (the administrator's)
#   split_start ROLE…                 starts processes, without waiting
#   split_ready ROLE…                 waits until they are ready
#   split_kill ROLE                   SIGKILL

ROLES="registry datasets lab pipelines rollouts web"
declare -A ROLE_PORT ROLE_PID

split_prepare() {
  SPLIT_FOLDER=$1
  local port=$2 role
  mkdir -p "$SPLIT_FOLDER"
  for role in $ROLES; do ROLE_PORT[$role]=$port; port=$((port + 1)); done
  URL=http://127.0.0.1:${ROLE_PORT[web]}
  (umask 077 && od -An -tx1 -N32 /dev/urandom | tr -d ' \n' > "$SPLIT_FOLDER/admin-token")
  TOKEN=$(cat "$SPLIT_FOLDER/admin-token")
  INTERNAL=$(od -An -tx1 -N32 /dev/urandom | tr -d ' \n')
}

split_start() {
  local role other settings
  for role in "$@"; do
    settings=()
    for other in $ROLES; do
      [ "$other" = "$role" ] || settings+=(--set "spring.http.serviceclient.$other.base-url=http://127.0.0.1:${ROLE_PORT[$other]}")
    done
    # Secrets go by the environment: a command line is everybody's to read.
    FOVEA_JAVA_OPTS="-Xmx384m $FOVEA_JAVA_OPTS" SPRING_DATASOURCE_USERNAME=$DB_USER SPRING_DATASOURCE_PASSWORD=$DB_PASSWORD \
      SPRING_DATASOURCE_HIKARI_MAXIMUMPOOLSIZE=12 FOVEA_INTERNALTOKEN=$INTERNAL FOVEA_ROLLOUTS_SLOWTOLERANCE=50ms \
      FOVEA_OBJECTS_S3_ENDPOINT=$S3_ENDPOINT FOVEA_OBJECTS_S3_BUCKET=$S3_BUCKET \
      FOVEA_OBJECTS_S3_ACCESSKEY=$S3_ACCESS_KEY FOVEA_OBJECTS_S3_SECRETKEY=$S3_SECRET_KEY \
      ./fovea serve --roles="$role" --home "$SPLIT_FOLDER/$role" --port "${ROLE_PORT[$role]}" --db-url "$DB_URL" \
      --admin-token-file "$SPLIT_FOLDER/admin-token" "${settings[@]}" >> "$OUT/$PART-$role.log" 2>&1 &
    ROLE_PID[$role]=$!
    started $!
  done
}

split_ready() {
  local role
  for role in "$@"; do
    for _ in $(seq 360); do
      curl -sf "http://127.0.0.1:${ROLE_PORT[$role]}/actuator/health/readiness" >/dev/null 2>&1 && continue 2
      kill -0 "${ROLE_PID[$role]}" 2>/dev/null || break
      sleep 0.5
    done
    say "the role $role is not ready"; tail -n 40 "$OUT/$PART-$role.log"; return 1
  done
}

split_kill() {
  kill -KILL "${ROLE_PID[$1]}"
  wait "${ROLE_PID[$1]}" 2>/dev/null || true
}
