# Outputs of stages, data of DVC 2, and comments of .dvc files beside the stock dvc.
dvc=$(venv dvc-s3 'dvc[s3]==3.67.1' 'dvc-s3==3.3.0')
check stages-dvc-2-and-comments-beside-dvc python3 e2e/pipelines.py "$WORK/pipelines" "$dvc/bin/dvc"
sed 's/^/    /' "$OUT/stages-dvc-2-and-comments-beside-dvc.log"
proved dvc "$("$dvc/bin/dvc" --version)" "outputs of stages, data of DVC 2, and comments of .dvc files: either reads what the other wrote"
