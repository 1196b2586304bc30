#!/usr/bin/env bash
# The chart without a cluster: lint, invariants of the manifests over a matrix of values, values that must be refused with words that help.
# With KUBECONFIG and a namespace as the second argument, the API server judges the manifests too.
set -euo pipefail
cd "$(dirname "$0")/.."
helm=$1 namespace=${2:-}
chart=helm/fovea required=helm/fovea/ci/required-values.yaml
gateway='gateway.enabled=true,gateway.parentRefs[0].name=public'
matrix=(
  "--values $required"
  "--values $required --values $chart/values-dev.yaml"
  "--values $chart/ci/everything-values.yaml"
  "--values $required --set $gateway"
  "--values $required --set $gateway,gateway.expressions=false"
  "--values $required --set ingress.enabled=true,ingress.className=nginx"
  "--values $required --set networkPolicy.enabled=false"
  "--values $required --set $gateway,roles.rollouts.packaging.registry=registry.example.com/fovea --set roles.rollouts.kubernetes.enabled=false"
  "--values $required --set $gateway,roles.rollouts.packaging.registry=registry.example.com/fovea,roles.pipelines.jobs.objectsSecret=fovea-jobs"
  "--values $required --set $gateway,roles.rollouts.packaging.registry=registry.example.com/fovea,roles.rollouts.kubernetes.modelSecret=fovea-models"
  "--values $required --set $gateway,roles.rollouts.packaging.registry=registry.example.com/fovea,roles.rollouts.kubernetes.modelSecret=fovea-models,roles.rollouts.kubernetes.frames=false"
  "--values $required --set fullnameOverride=vision,roles.registry.replicas=1,roles.pipelines.replicas=0"
)

judged=0 temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT

for values in "${matrix[@]}"; do
  # shellcheck disable=SC2086
  "$helm" lint --strict "$chart" $values
  # shellcheck disable=SC2086
  "$helm" template fovea "$chart" --namespace cv $values > "$temporary/rendered"
  python3 e2e/helm_manifests.py cv < "$temporary/rendered" || { echo "with: $values"; exit 1; }
  # The API server judges a few of them: the rest differ in numbers and names.
  if [ -n "$namespace" ] && [ $((judged += 1)) -le 4 ]; then
    # shellcheck disable=SC2086
    "$helm" template fovea "$chart" --namespace "$namespace" $values --set serviceMonitor.enabled=false,prometheusRule.enabled=false --set roles.rollouts.kubernetes.namespace= |
      kubectl apply --namespace "$namespace" --dry-run=server --filename - > "$temporary/judged" 2>&1 || { cat "$temporary/judged"; exit 1; }
    if grep -i warning "$temporary/judged"; then exit 1; fi
    echo "$(grep -c 'server dry run' "$temporary/judged") accepted by the API server"
  fi
done

echo "the check of manifests notices:"
"$helm" template fovea "$chart" --namespace cv --values "$chart/ci/everything-values.yaml" > "$temporary/whole"
notices() { # notices SED-EXPRESSION WORDS
  sed "$1" "$temporary/whole" > "$temporary/broken"
  if cmp -s "$temporary/whole" "$temporary/broken"; then echo "'$1' changes nothing"; exit 1; fi
  if python3 e2e/helm_manifests.py cv < "$temporary/broken" > "$temporary/said"; then echo "not noticed: $1"; exit 1; fi
  grep -q -- "$2" "$temporary/said" || { echo "noticed '$1' without saying '$2':"; cat "$temporary/said"; exit 1; }
  echo "  $1: $(grep -m1 -- "$2" "$temporary/said")"
}
notices 's/allowPrivilegeEscalation: false/allowPrivilegeEscalation: true/' 'privilege escalation'
notices 's/readOnlyRootFilesystem: true/readOnlyRootFilesystem: false/' 'writable root'
notices 's/resources: \[pods\]/resources: [pods, secrets]/' 'secrets'
notices 's/verbs: \[get, create, delete\]/verbs: ["*"]/' 'wildcard'
notices 's/verbs: \[get, list, create, update, delete\]/verbs: [get, list, watch, create, update, delete]/' 'httproutes'
notices 's/automountServiceAccountToken: false/automountServiceAccountToken: true/' 'token'
notices 's/policyTypes: \[Ingress, Egress\]/policyTypes: [Egress]/' 'network'
notices 's/port: 4800, protocol: TCP/port: 4801, protocol: TCP/' 'network'
notices 's/managed-by: fovea-rollouts/managed-by: somebody/' 'network: model'
notices 's#health/readiness#health/liveness#' 'probes'
notices 's/fovea-lab:4800/fovea-labs:4800/' 'is told that lab'
notices 's/helm.sh\/resource-policy: keep/helm.sh\/resource-policy: drop/' 'uninstall deletes it'

echo "values that are refused:"
refuses() { # refuses WORDS HELM-ARGUMENTS…
  local words=$1; shift
  if "$helm" template fovea "$chart" "$@" > /dev/null 2> "$temporary/refused"; then echo "accepted: $*"; exit 1; fi
  grep -qF -- "$words" "$temporary/refused" || { echo "$* was refused without '$words':"; cat "$temporary/refused"; exit 1; }
  echo "  $words"
}
ours=(--values "$required")
refuses "database.existingSecret is empty: a Secret with the keys url (jdbc:postgresql://HOST:5432/NAME), username and password"
refuses "auth.existingSecret is empty" --values "$required" --set auth.existingSecret=
refuses "auth.login.issuer without auth.login.grants" "${ours[@]}" --set auth.login.issuer=https://id.example.com
refuses "auth.login.issuer is \"http://id.example.com\" (expected: it begins with https://)" "${ours[@]}" --set auth.login.issuer=http://id.example.com
refuses "additional properties 'publicURL' not allowed" "${ours[@]}" --set publicURL=https://x.example
refuses "'/roles': additional properties 'gpu' not allowed" "${ours[@]}" --set roles.gpu.replicas=1
refuses "value must be one of 'Always', 'IfNotPresent', 'Never'" "${ours[@]}" --set image.pullPolicy=Sometimes
refuses "got string, want boolean" "${ours[@]}" --set networkPolicy.enabled=yes
refuses "'/networkPolicy/gateway/0': additional properties 'cidr' not allowed" "${ours[@]}" --set 'networkPolicy.gateway[0].cidr=10.0.0.0/8'
refuses "'/roles/datasets/persistence/size'" "${ours[@]}" --set roles.datasets.persistence.size=big
refuses "'/roles/web/resources/limits/memory'" "${ours[@]}" --set roles.web.resources.limits.memory=lots
refuses "'/roles/rollouts/kubernetes/frames': got string, want boolean" "${ours[@]}" --set-string roles.rollouts.kubernetes.frames=yes
refuses "'/config/fovea.queue'" "${ours[@]}" --set config.fovea\\.queue.threads=8
refuses 'publicUrl is "https://x.example/fovea" (expected: scheme and host' "${ours[@]}" --set publicUrl=https://x.example/fovea
refuses "roles.web.replicas is 2 (expected: 0 or 1): the sessions of the pages are in its memory" "${ours[@]}" --set roles.web.replicas=2
refuses "config holds spring.datasource.password: a secret there would be in a ConfigMap" "${ours[@]}" --set config.spring\\.datasource\\.password=x
refuses "gateway.enabled without gateway.parentRefs" "${ours[@]}" --set gateway.enabled=true
refuses "roles.rollouts.packaging.registry without a Gateway" "${ours[@]}" --set roles.rollouts.packaging.registry=registry.example.com
refuses "publicUrl is an IP address, which an HTTPRoute cannot match" "${ours[@]}" --set "$gateway" --set publicUrl=http://10.0.0.1
refuses "imageRegistry/ports" "${ours[@]}" --set 'networkPolicy.imageRegistry.ports[0]=70000'
