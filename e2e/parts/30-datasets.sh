# Working copies beside the stock dvc, on MinIO and Versity Gateway: both ways, and killed at random points.
source e2e/s3.sh
cluster minio-up
cluster s3-up
eval "$(cluster env)"
dvc=$(venv dvc-s3 'dvc[s3]==3.67.1' 'dvc-s3==3.3.0')
minio=${FOVEA_TEST_S3_ENDPOINTS%%,*}
for endpoint in ${FOVEA_TEST_S3_ENDPOINTS//,/ }; do s3_bucket "$endpoint" "remotes-$$"; done
export FOVEA_TEST_S3_BUCKET=remotes-$$
check remotes-contract-on-given-endpoints junit dataset-toolkit dev.fovea.dvc.remote.S3RemoteTest 10
check packs-on-given-endpoints junit dataset-toolkit dev.fovea.dvc.remote.S3PacksTest 6
for endpoint in ${FOVEA_TEST_S3_ENDPOINTS//,/ }; do
  name=$(echo "$endpoint" | tr -c 'a-z0-9\n' '-' | sed 's/^http---*//')
  s3_bucket "$endpoint" "datasets-$$-$name"
  check "datasets-beside-dvc-on-$name" python3 e2e/datasets.py "$WORK/datasets-$name" "$endpoint" "datasets-$$-$name" "$dvc/bin/dvc"
  sed 's/^/    /' "$OUT/datasets-beside-dvc-on-$name.log" | grep 'stock' || true
done
s3_bucket "$minio" "imports-$$"
check imports-beside-dvc python3 e2e/imports.py "$WORK/imports" "$minio" "imports-$$" "$dvc/bin/dvc"
s3_bucket "$minio" "kills-$$"
# FOVEA_E2E_KILLS=200 for as many as a release has.
check kills-of-push-pull-and-gc python3 e2e/kills.py "$WORK/kills" "${FOVEA_E2E_KILLS:-24}" "$minio" "kills-$$" "$dvc/bin/dvc"
sed 's/^/    /' "$OUT/kills-of-push-pull-and-gc.log"
# Only the second compiler makes an MD5 of what the processor has for it.
check full-disks-and-a-file-of-3-GB env FOVEA_JAVA_OPTS= python3 e2e/limits.py "$WORK/limits" 3
proved dvc "$("$dvc/bin/dvc" --version)" "pulls what fovea dataset push sent, finds it unchanged; and the other way; gc and verify; ${FOVEA_E2E_KILLS:-24} kills; imports of either"
