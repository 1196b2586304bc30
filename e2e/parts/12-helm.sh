# The Helm chart: without a cluster first, then docs/deploy.md itself on the cluster of this machine, with a PostgreSQL and an S3 that are ours.
need_packages curl git openssl postgresql python3-yaml socat
HELM_VERSION=v4.2.4
HELM=$CACHE/helm-${HELM_VERSION#v}
[ -x "$HELM/helm" ] || { say "building helm"; GOFLAGS=-buildvcs=false CGO_ENABLED=0 GOBIN=$HELM go install -trimpath -ldflags='-s -w' "helm.sh/helm/v4/cmd/helm@$HELM_VERSION" > "$OUT/helm-build.log" 2>&1; }
export HELM_CACHE_HOME=$WORK/helm/cache HELM_CONFIG_HOME=$WORK/helm/config HELM_DATA_HOME=$WORK/helm/data

cluster up && cluster minio-up
eval "$(cluster env)"
kubectl create namespace fovea-helm-judge --dry-run=client --output yaml | kubectl apply --filename - > /dev/null
kubectl label --overwrite namespace fovea-helm-judge pod-security.kubernetes.io/enforce=restricted pod-security.kubernetes.io/warn=restricted > /dev/null
check helm-chart bash e2e/helm_lint.sh "$HELM/helm" fovea-helm-judge
kubectl delete namespace fovea-helm-judge --wait=false > /dev/null
proved helm "${HELM_VERSION#v}" "lints the chart strictly; 10 sets of values hold, 4 judged by the API server, 17 refused with the reason"

dvc=$(venv dvc 'dvc[http]==3.67.1' 'dvc-http==2.32.0')
export PATH=$HELM:$dvc/bin:${KUBEBUILDER_ASSETS%/assets}/bin:$PATH
source e2e/helm_world.sh
trap 'helm_world_ends; stop_started' EXIT
helm_world_begins
{ cat e2e/helm_checks.sh; python3 e2e/doc_commands.py docs/deploy.md; } > "$WORK/deploy.sh"
check deploy-page bash "$WORK/deploy.sh"
proved Kubernetes "$(kubectl version --output json | sed -n '/serverVersion/,$s/.*"gitVersion": "v\(.*\)".*/\1/p' | sed -n 1p)" "docs/deploy.md: every command, from no namespace to none; restricted pods, one Deployment a role"
proved PostgreSQL "$(helm_postgres_version)" "of one's own, by SCRAM; killed and back: unready, no pod restarted"
