# Heavy steps outside the server: the exporter in Python and sharded evaluation, as processes and as Jobs of the cluster.
# after: kubernetes
need_packages curl socat
torch=$(venv torch 'torch==2.14.1' 'torchvision==0.29.1' 'onnx==1.23.2' 'onnxruntime==1.32.0' onnxscript pytest ruff)
locked venv-torch "$torch/bin/pip" install -q --no-deps --force-reinstall ./python >> "$OUT/pip.log" 2>&1

cluster up && cluster minio-up
eval "$(cluster env)"
admin=$KUBECONFIG namespace=fovea-jobs-$$ bucket=fovea-jobs-$$
node=$(hostname -I | awk '{print $1}')
jobs_cleanup() {
  kubectl --kubeconfig "$admin" delete namespace "$namespace" --wait=false > /dev/null 2>&1 || true
  kubectl --kubeconfig "$admin" delete pv "$namespace" --wait=false > /dev/null 2>&1 || true
  stop_started
}
trap jobs_cleanup EXIT
# Pods have no way to this machine's loopback, where MinIO listens.
port=$((20000 + $$ % 10000))
socat "TCP-LISTEN:$port,bind=$node,fork,reuseaddr" TCP:127.0.0.1:9000 & started $!
curl -sf --aws-sigv4 aws:amz:us-east-1:s3 --user "$FOVEA_TEST_S3_ACCESS_KEY:$FOVEA_TEST_S3_SECRET_KEY" -X PUT "http://127.0.0.1:9000/$bucket"

image=$REGISTRY/fovea/fovea:$namespace
jobs_images() {
  application_image
  "${CLUSTER_HOME:-$HOME/.cache/cluster}/bin/crane" push --insecure "$IMAGES/fovea" "$image"
  mkdir -p "$WORK/shell/bin" "$WORK/shell/tmp"
  cp /bin/busybox "$WORK/shell/bin/"
  local applet
  for applet in $(/bin/busybox --list | grep -vx busybox); do ln -s busybox "$WORK/shell/bin/$applet"; done
  cluster image "fovea/shell:$namespace" "$WORK/shell" /bin/sh
  e2e/python_image.sh "$torch/bin/python" "$WORK/python-root"
  cluster image "fovea/python:$namespace" "$WORK/python-root" /usr/bin/python3
}
check jobs-images jobs_images

# A namespace under the restricted profile; the runner has the rights that it needs there, and none elsewhere. PyTorch and what it
# needs have 5.6 GB, too much for a layer: they come from a volume.
kubectl apply -f - > "$OUT/jobs-setup.log" <<Y
apiVersion: v1
kind: Namespace
metadata: {name: $namespace, labels: {pod-security.kubernetes.io/enforce: restricted}}
---
apiVersion: v1
kind: Secret
metadata: {name: fovea-objects, namespace: $namespace}
stringData:
  FOVEA_OBJECTS_S3_ENDPOINT: http://$node:$port
  FOVEA_OBJECTS_S3_BUCKET: $bucket
  FOVEA_OBJECTS_S3_ACCESSKEY: $FOVEA_TEST_S3_ACCESS_KEY
  FOVEA_OBJECTS_S3_SECRETKEY: $FOVEA_TEST_S3_SECRET_KEY
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: $namespace}
spec:
  capacity: {storage: 10Gi}
  accessModes: [ReadOnlyMany]
  storageClassName: $namespace
  hostPath: {path: "$("$torch/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: python, namespace: $namespace}
spec: {accessModes: [ReadOnlyMany], storageClassName: $namespace, resources: {requests: {storage: 10Gi}}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: runner, namespace: $namespace}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: runner, namespace: $namespace}
rules:
- {apiGroups: [batch], resources: [jobs], verbs: [create, get, delete]}
- {apiGroups: [""], resources: [pods], verbs: [list]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: runner, namespace: $namespace}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: runner}
subjects: [{kind: ServiceAccount, name: runner, namespace: $namespace}]
Y
sed "s|token: .*|token: $(kubectl -n "$namespace" create token runner --duration=2h)}}]|" "$admin" > "$WORK/runner.kubeconfig"

export FOVEA_E2E_NAMESPACE=$namespace FOVEA_E2E_IMAGE=$image FOVEA_E2E_SHELL_IMAGE=$REGISTRY/fovea/shell:$namespace
export FOVEA_E2E_S3=http://127.0.0.1:9000 FOVEA_E2E_BUCKET=$bucket
# Three at a time and no more: each of their pods starts two JVMs.
check jobs-contract-on-the-cluster junit pipeline-runner dev.fovea.pipelines.launch.kubernetes.KubernetesJobLauncherTest 10 \
  -Djunit.jupiter.execution.parallel.enabled=true -Djunit.jupiter.execution.parallel.mode.default=concurrent \
  -Djunit.jupiter.execution.parallel.config.strategy=fixed -Djunit.jupiter.execution.parallel.config.fixed.parallelism=3 \
  -Djunit.jupiter.execution.parallel.config.fixed.max-pool-size=3
proved kubernetes "$(kubectl version -o json 2>/dev/null | sed -n 's/.*"gitVersion": "\(.*\)".*/\1/p' | tail -n 1)" \
  "jobs: indexed shards, limits, deleted pods, links and nothing for outputs, no credentials (contract suite)"

check jobs-through-releases env torch="$torch" admin="$admin" kubeconfig="$WORK/runner.kubeconfig" namespace="$namespace" image="$image" \
  python_image="$REGISTRY/fovea/python:$namespace" bucket="$bucket" bash e2e/jobs.sh "$WORK/jobs"
proved fovea-mlops "$("$torch/bin/python" -c 'import fovea_mlops; print(fovea_mlops.__version__)')" \
  "a release's export as a process and as a Job; parity by Fovea"
proved "kubernetes jobs" "" "evaluation by 4 shards is the one by 1 process; pod deleted, runner killed: once"
