# Objects in real buckets: the store's contract on MinIO and Versity Gateway, and in a container; the stock clients on a server that keeps
# everything in a bucket; the server and the store killed in the middle of an upload.
source e2e/s3.sh
cluster minio-up
cluster s3-up
cluster docker-up
eval "$(cluster env)"
mlflow=$(venv mlflow-onnx 'mlflow==3.17.2' 'mlflow-skinny==3.17.2' 'onnx==1.19.1' 'onnxruntime==1.23.2')
dvc=$(venv dvc 'dvc[http]==3.67.1' 'dvc-http==2.32.0')

endpoints=$(echo "$FOVEA_TEST_S3_ENDPOINTS" | tr ',' ' ')
check s3-contract-on-given-endpoints junit object-store dev.fovea.store.s3.S3ObjectStoreTest $((15 * $(echo "$endpoints" | wc -w)))
# The engine runs beside this. Where there is a /.dockerenv, Testcontainers would ask for an image from outside to find it.
export TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1
check s3-contract-in-a-container junit object-store dev.fovea.store.s3.S3ContainerTest 15 -Dapi.version=1.41
proved testcontainers 2.0.5 "the object store's contract on a MinIO of its own"

for endpoint in $endpoints; do
  name=$(echo "$endpoint" | tr -c 'a-z0-9\n' '-' | sed 's/^http---*//')
  bucket=e2e-$$-$name home=$WORK/s3-$name
  s3_bucket "$endpoint" "$bucket"
  export FOVEA_OBJECTS_S3_ENDPOINT=$endpoint FOVEA_OBJECTS_S3_BUCKET=$bucket
  # Clients reach the same address, so parts of large files go straight there.
  export FOVEA_OBJECTS_S3_CLIENTENDPOINT=$endpoint
  export FOVEA_OBJECTS_S3_ACCESSKEY=$FOVEA_TEST_S3_ACCESS_KEY FOVEA_OBJECTS_S3_SECRETKEY=$FOVEA_TEST_S3_SECRET_KEY
  serve "$home"
  export FOVEA_URL=$URL FOVEA_TOKEN=$TOKEN MLFLOW_TRACKING_URI=$URL MLFLOW_TRACKING_TOKEN=$TOKEN
  check "stock-git-and-dvc-on-$name" env PATH="$dvc/bin:$PATH" bash e2e/git_and_dvc.sh "$ROOT"
  check "stock-mlflow-on-$name" "$mlflow/bin/python" registry-service/src/test/python/stock_mlflow.py
  check "stock-mlflow-with-onnx-on-$name" "$mlflow/bin/python" registry-service/src/test/python/stock_mlflow_onnx.py
  check "everything-is-in-the-bucket-of-$name" bash -c "$(declare -f s3_tool s3_keys); set -e
    s3_tool check $endpoint $bucket
    [ \$(s3_keys $endpoint $bucket | wc -l) -ge 20 ] || { echo 'fewer than 20 objects'; exit 1; }
    [ ! -e $home/objects ] || { echo '$home/objects exists'; exit 1; }"
  kill "${STARTED[-1]}" && wait "${STARTED[-1]}" 2>/dev/null || true
done
proved MinIO "$(sed -n 's/^MINIO=.*-\([0-9]\{8\}\).*/\1/p' "${FOVEA_CLUSTER:-$ROOT/../shared/cluster/cluster}")" "dvc, git, mlflow with everything in a bucket; contract suite"
proved 'Versity Gateway' "$(sed -n 's/^VERSITYGW=//p' "${FOVEA_CLUSTER:-$ROOT/../shared/cluster/cluster}")" "dvc, git, mlflow with everything in a bucket; contract suite"
proved 'mlflow + onnx' "3.17.2 + 1.19.1" "a model logged, registered, found by its alias, loaded back, the same predictions"

check s3-server-and-store-killed-in-an-upload bash e2e/s3_killed.sh "$WORK/killed" "$OUT"
proved 'MinIO, killed' "-" "a server or store killed in an upload: nothing half visible, the retry completes"
