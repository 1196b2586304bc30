# What is looked at between the commands of docs/deploy.md; in front of them in one script. after_block SECTION NUMBER is called after each block.
set -euo pipefail
cd "$HELM_WORLD/desk"
export GIT_CONFIG_GLOBAL=$HELM_WORLD/gitconfig GIT_TERMINAL_PROMPT=0 XDG_CACHE_HOME=$HELM_WORLD/cache DVC_SITE_CACHE_DIR=$HELM_WORLD/site
ROLES="datasets registry lab pipelines rollouts web"

fail() { echo "FAILED: $*"; exit 1; }
k() { kubectl --namespace "$NAMESPACE" "$@"; }
secret() { k get secret "$1" --output jsonpath="{.data.$2}" | base64 --decode; }
within() { # within SECONDS COMMAND…
  local seconds=$1; shift
  for _ in $(seq $((seconds * 2))); do if "$@" > /dev/null 2>&1; then return 0; fi; sleep 0.5; done
  fail "not within $seconds s: $*"
}
pod_of() { k get pods --selector "app.kubernetes.io/component=$1" --field-selector=status.phase=Running --output jsonpath='{.items[0].metadata.name}'; }
ip_of() { k get pod "$(pod_of "$1")" --output jsonpath='{.status.podIP}'; }
status() { curl --silent --output /dev/null --write-out '%{http_code}' "$@"; }
# The process numbers of all containers of the namespace, seen from the node.
processes() {
  for id in $(k get pods --output jsonpath='{range .items[*]}{.status.containerStatuses[0].containerID}{"\n"}{end}'); do
    ctr --namespace k8s.io tasks ls | awk -v id="${id#containerd://}" '$1 == id {print $2}'
  done
}

after_block() {
  echo "-- after $1, block $2"
  case "$1/$2" in
    "7. Install/1") installed ;;
    "8. Sign in, and a first project/2") in_use ;;
    "9. Metrics/1") scraped; database_away; killed ;;
    "10. Change and upgrade/1") upgraded ;;
    "11. Remove/1") removed ;;
    "11. Remove/2") gone ;;
  esac
}

installed() {
  for role in $ROLES; do
    [ "$(k get deployment "fovea-$role" --output jsonpath='{.status.readyReplicas}')" = 1 ] || fail "$role is not ready"
  done
  # Nothing secret in a place that is easily shown: settings, manifests, environments, command lines, logs.
  secret fovea-tokens admin-token > "$HELM_WORLD/needles"
  for each in internal-token metrics-token; do echo; secret fovea-tokens $each; done >> "$HELM_WORLD/needles"
  { echo; secret fovea-database password; echo; } >> "$HELM_WORLD/needles"
  [ "$(grep -c . "$HELM_WORLD/needles")" = 4 ] || fail "four secrets to look for"
  k get configmaps,deployments,pods --output yaml > "$HELM_WORLD/shown"
  for role in $ROLES; do k logs "deployment/fovea-$role" >> "$HELM_WORLD/shown"; done
  [ "$(processes | wc -l)" = 6 ] || fail "six processes, seen $(processes | wc -l)"
  for pid in $(processes); do tr '\0' '\n' < "/proc/$pid/environ"; tr '\0' '\n' < "/proc/$pid/cmdline"; done >> "$HELM_WORLD/shown"
  grep -q SPRING_CONFIG_IMPORT "$HELM_WORLD/shown" || fail "the environments were not seen"
  if grep -F -f "$HELM_WORLD/needles" "$HELM_WORLD/shown" > /dev/null; then fail "a secret is shown"; fi
  rm "$HELM_WORLD/needles" "$HELM_WORLD/shown"
  # Root file systems are read-only, nobody is root, and only the two roles that need one have a token.
  for pid in $(processes); do
    grep -q '^Uid:[[:space:]]65532' "/proc/$pid/status" || fail "process $pid is not user 65532"
    grep -q '^CapEff:[[:space:]]0*$' "/proc/$pid/status" || fail "process $pid has capabilities"
    grep -q '^NoNewPrivs:[[:space:]]1' "/proc/$pid/status" || fail "process $pid may gain privileges"
    grep -q '^Seccomp:[[:space:]]2' "/proc/$pid/status" || fail "process $pid has no seccomp filter"
    awk '$5 == "/" {exit !($6 ~ /^ro/)}' "/proc/$pid/mountinfo" || fail "process $pid may write its root"
  done
  local with_token=""
  for pid in $(processes); do
    if grep -q kubernetes.io/serviceaccount "/proc/$pid/mountinfo"; then with_token+="$(tr '\0' '\n' < "/proc/$pid/cmdline" | sed -n 's/--roles=//p') "; fi
  done
  with_token=$(tr ' ' '\n' <<< "$with_token" | sort | xargs)
  [ "$with_token" = "pipelines rollouts" ] || fail "with a token for the API server: $with_token"
  # What each may ask of it.
  local as=system:serviceaccount:$NAMESPACE:fovea-
  may() { [ "$(kubectl auth can-i "$@" 2> /dev/null)" = yes ]; }
  may patch deployments.apps --namespace "$NAMESPACE" --as "${as}rollouts" || fail "rollouts may not write Deployments"
  may update httproutes.gateway.networking.k8s.io --namespace "$NAMESPACE" --as "${as}rollouts" || fail "rollouts may not write HTTPRoutes"
  may create jobs.batch --namespace "$NAMESPACE" --as "${as}pipelines" || fail "pipelines may not start Jobs"
  for role in $ROLES; do
    if may list secrets --namespace "$NAMESPACE" --as "$as$role"; then fail "$role may list secrets"; fi
    if may get configmaps --namespace "$NAMESPACE" --as "$as$role"; then fail "$role may read ConfigMaps"; fi
    if may get pods --namespace kube-system --as "$as$role"; then fail "$role reaches into another namespace"; fi
    if may create pods --namespace "$NAMESPACE" --as "$as$role"; then fail "$role may make pods"; fi
    if [ "$role" != rollouts ] && may create deployments.apps --namespace "$NAMESPACE" --as "$as$role"; then fail "$role may make Deployments"; fi
  done
  [ -z "$(k get jobs --output name)" ] || fail "the migrations Job was left"
  # Health is open on 4801 by any name; the rest wants a token, and 4800 a name that is ours.
  for role in $ROLES; do
    local ip; ip=$(ip_of "$role")
    for group in startup liveness readiness; do [ "$(status "http://$ip:4801/actuator/health/$group")" = 200 ] || fail "$role: $group"; done
    [ "$(status "http://$ip:4801/actuator/prometheus")" = 401 ] || fail "$role gives its metrics to anybody"
    [ "$(status "http://$ip:4800/")" = 400 ] || fail "$role answers to its address"
    [ "$(status --header "Host: fovea-$role:4800" "http://$ip:4800/api/v1/me")" = 401 ] || fail "$role lets a stranger in"
  done
}

in_use() {
  # Signs a browser in through the gateway.
  local jar=$HELM_WORLD/cookies link
  link=$(./fovea open)
  [ "$(status --cookie-jar "$jar" "$link")" = 302 ] || fail "the sign-in link"
  curl --silent --fail --cookie "$jar" --header 'Accept: text/html' "$PUBLIC_URL/parcels" | grep parcels > /dev/null || fail "the project's page"
  [ "$(status "$link")" = 200 ] || fail "the link opens twice"
  local at; at=$(curl --silent --head --header 'Accept: text/html' --header 'X-Forwarded-Host: evil.example' "$PUBLIC_URL/" | tr -d '\r' | sed -n 's/^[Ll]ocation: //p')
  case $at in /login*) ;; *) fail "sent to '$at'" ;; esac
  # Every role through the one way in.
  for path in projects projects/parcels projects/parcels/datasets/parcels/versions projects/parcels/models/x/versions lab/devices projects/parcels/releases projects/parcels/rollouts access/tokens projects/parcels/audit; do
    [ "$(status --header "Authorization: Bearer $FOVEA_TOKEN" "$PUBLIC_URL/api/v1/$path")" = 200 ] || fail "/api/v1/$path: $(curl --silent --header "Authorization: Bearer $FOVEA_TOKEN" "$PUBLIC_URL/api/v1/$path")"
  done
  [ "$(curl --silent "$PUBLIC_URL/version")" != "" ] || fail "MLflow's /version"
  [ "$(status --request POST --header "Authorization: Bearer $FOVEA_TOKEN" --header 'Content-Type: application/json' --data '{"max_results":1}' "$PUBLIC_URL/api/2.0/mlflow/experiments/search")" = 200 ] || fail "MLflow's API"
  [ "$(status --request POST --header "Authorization: Bearer $FOVEA_TOKEN" "$PUBLIC_URL/internal/v1/inbox/web/X")" != 200 ] || fail "the inbox is open to the administrator's token"
  # What the push told other roles: the version, and the registry's audit of it.
  within 60 bash -c "curl --silent --fail --header 'Authorization: Bearer $FOVEA_TOKEN' '$PUBLIC_URL/api/v1/projects/parcels/datasets/parcels/versions' | grep '\"images\":2' > /dev/null"
  within 60 bash -c "curl --silent --fail --header 'Authorization: Bearer $FOVEA_TOKEN' '$PUBLIC_URL/api/v1/projects/parcels/audit' | grep ada > /dev/null"
  # Bytes are in the bucket, repositories on the volume.
  curl --silent --fail --aws-sigv4 "aws:amz:us-east-1:s3" --user "$S3_ACCESS_KEY:$S3_SECRET_KEY" "$S3_ENDPOINT/$S3_BUCKET?list-type=2" | grep '<Key>fovea/objects/' > /dev/null || fail "no object in the bucket"
  find "$HELM_WORLD/repositories" -name 'parcels.git' | grep . > /dev/null || fail "no repository on the volume"
  PATH=$PATH bash "$ROOT/e2e/git_and_dvc.sh" "$ROOT"
}

scraped() {
  for role in $ROLES; do
    curl --silent --fail --header "Authorization: Bearer $METRICS" "http://$(ip_of "$role"):4801/actuator/prometheus" | grep 'http_server_requests_seconds_count{application="fovea"' > /dev/null || fail "metrics of $role"
    [ "$(status --header "Host: fovea-$role" --header "Authorization: Bearer $METRICS" "http://$(ip_of "$role"):4800/api/v1/projects")" = 403 ] || fail "the metrics token opens the API of $role"
  done
}

postgres() { (cd / && runuser -u postgres -- "$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)/pg_ctl" --silent --wait --mode=immediate --pgdata "$HELM_WORLD/pg" --log "$HELM_WORLD/pg.log" "$1"); }
unready() { [ -z "$(k get deployments --output jsonpath='{.items[*].status.readyReplicas}')" ]; }
ready() { [ "$(k get deployments --output jsonpath='{.items[*].status.readyReplicas}')" = "1 1 1 1 1 1" ]; }

database_away() {
  postgres stop
  within 90 unready
  for role in $ROLES; do [ "$(status "http://$(ip_of "$role"):4801/actuator/health/liveness")" = 200 ] || fail "$role is not alive without the database"; done
  postgres start
  within 90 ready
  [ "$(k get pods --output jsonpath='{.items[*].status.containerStatuses[0].restartCount}')" = "0 0 0 0 0 0" ] || fail "a pod was restarted because the database was away"
}

killed() {
  local before; before=$(pod_of datasets)
  k delete pod "$before" --grace-period=0 --force > /dev/null 2>&1
  # A Deployment's status may still be that of the pod that is gone: ask for another pod, then for the way to it.
  within 60 bash -c "kubectl --namespace $NAMESPACE get pods --selector app.kubernetes.io/component=datasets --output jsonpath='{.items[*].metadata.name}' | grep -v -w -e $before > /dev/null"
  k wait --for=condition=Ready pod --selector app.kubernetes.io/component=datasets --timeout=180s > /dev/null
  within 60 curl --silent --fail --header "Authorization: Bearer $ENGINEER" "$FOVEA_URL/api/v1/projects/parcels"
  rm -rf again
  git -c http.extraHeader="Authorization: Basic $(printf 'ada:%s' "$ENGINEER" | base64 --wrap 0)" clone --quiet "$FOVEA_URL/git/parcels.git" again
  [ -e again/parcels.dvc ] || fail "the repository is not what was pushed"
}

upgraded() {
  [ "$(k get deployment fovea-registry --output jsonpath='{.status.readyReplicas}')" = 2 ] || fail "the upgrade did not change the registry"
  k get poddisruptionbudget fovea-registry > /dev/null
  [ "$(helm history fovea --namespace "$NAMESPACE" --output json | grep -o '"revision":[0-9]*' | wc -l)" = 2 ] || fail "two revisions"
}

removed() {
  local left
  k wait --for=delete pod --selector app.kubernetes.io/instance=fovea --timeout=90s > /dev/null
  left=$(k get all,configmaps,secrets,serviceaccounts,pvc,networkpolicies,roles,rolebindings,httproutes,poddisruptionbudgets --output name | grep -v -e configmap/kube-root-ca.crt -e serviceaccount/default | sort | tr '\n' ' ')
  [ "$left" = "persistentvolumeclaim/fovea-datasets secret/fovea-database secret/fovea-models secret/fovea-objects secret/fovea-tokens " ] || fail "left: $left"
}

gone() { if kubectl get namespace "$NAMESPACE" > /dev/null 2>&1; then fail "the namespace is there"; fi; }

# What a person would look at first.
diagnosis() {
  echo "== what there is in $NAMESPACE"
  k get pods,jobs 2>&1; k get events --sort-by=.lastTimestamp 2>&1 | tail -n 20
  for pod in $(k get pods --output name 2> /dev/null); do
    echo "== $pod"; k logs "$pod" --all-containers --tail=15 2>&1 | cut -c1-600
  done
}
trap 'echo "FAILED at line $LINENO: $BASH_COMMAND"; diagnosis' ERR
set -E
