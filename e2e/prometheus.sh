# Prometheus against processes started by e2e/split.sh. Sourced by parts; needs ROLES, ROLE_PORT, TOKEN, WORK, OUT.
prometheus_checks() {
  local port role targets=()
  port=$(free_ports 1)
  mkdir -p "$WORK/prometheus"
  (umask 077 && printf '%s' "$TOKEN" > "$WORK/prometheus/token")
  for role in $ROLES; do targets+=("{targets: [\"127.0.0.1:${ROLE_PORT[$role]}\"], labels: {role: $role}}"); done
  cat > "$WORK/prometheus/prometheus.yml" <<Y
global: {scrape_interval: 2s, scrape_timeout: 2s}
scrape_configs:
  - job_name: fovea
    metrics_path: /actuator/prometheus
    authorization: {credentials_file: $WORK/prometheus/token}
    static_configs: [$(IFS=,; echo "${targets[*]}")]
  - job_name: fovea-model-servers
    http_sd_configs:
      - url: http://127.0.0.1:${ROLE_PORT[rollouts]}/api/v1/model-servers
        refresh_interval: 2s
        authorization: {type: Bearer, credentials_file: $WORK/prometheus/token}
Y
  promtool check config "$WORK/prometheus/prometheus.yml"
  prometheus --config.file="$WORK/prometheus/prometheus.yml" --storage.tsdb.path="$WORK/prometheus/data" \
    --web.listen-address="127.0.0.1:$port" > "$OUT/prometheus.log" 2>&1 &
  local prometheus=$! failed=0
  python3 e2e/prometheus.py "http://127.0.0.1:$port" 7 || failed=1
  kill $prometheus && wait $prometheus 2>/dev/null || true
  for role in $ROLES; do
    curl -sf -H "Authorization: Bearer $TOKEN" "http://127.0.0.1:${ROLE_PORT[$role]}/actuator/prometheus" > "$OUT/metrics-$role.txt" || failed=1
    lint "$role" || failed=1
  done
  local server
  server=$(curl -sf -H "Authorization: Bearer $TOKEN" "http://127.0.0.1:${ROLE_PORT[rollouts]}/api/v1/model-servers" | grep -o '127.0.0.1:[0-9]*' | sed -n 1p)
  curl -sf "http://$server/metrics" > "$OUT/metrics-model-server.txt" && lint model-server || failed=1
  curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:${ROLE_PORT[web]}/actuator/prometheus" | grep 401 > /dev/null || { echo "metrics without a token"; failed=1; }
  return $failed
}

lint() { # lint NAME : what promtool says about others' names (the JVM's, Triton's) is not ours to change; all else counts
  local said
  said=$(promtool check metrics < "$OUT/metrics-$1.txt" 2>&1 | grep -v '^\(nv_inference\|jvm_\|hikaricp_\|jdbc_\|tomcat_\|process_\|system_\|executor_\|logback_\|disk_\|http_\|application_\|spring_\)' || true)
  [ -z "$said" ] || { echo "promtool about $1:"; echo "$said"; return 1; }
  echo "promtool about $1: nothing wrong"
}
