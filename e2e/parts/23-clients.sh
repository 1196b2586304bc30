# The stock clients of tracking and data sets against a server on its embedded defaults.
mlflow=$(venv mlflow-postgresql 'mlflow==3.17.2' 'mlflow-skinny==3.17.2' 'psycopg2-binary==2.9.11')
dvc=$(venv dvc 'dvc[http]==3.67.1' 'dvc-http==2.32.0')
serve "$WORK/clients" --set fovea.registry.webhooks.allowed=127.0.0.1
export FOVEA_URL=$URL FOVEA_TOKEN=$TOKEN MLFLOW_TRACKING_URI=$URL MLFLOW_TRACKING_TOKEN=$TOKEN
check stock-mlflow env TEST_WEBHOOKS=1 "$mlflow/bin/python" registry-service/src/test/python/stock_mlflow.py
proved mlflow 3.17.2 "logs, registers, searches, loads back, is told by webhooks"
wandb=$(venv wandb 'wandb==0.23.0' 'numpy' 'pillow')
# Python's own loader of modules joins the three: torch is large, and all of them are on one version of NumPy.
trainers=$(venv trainers --no-deps 'pytorch-lightning==2.6.6' 'torchmetrics==1.9.0' 'lightning-utilities==0.15.3' 'optuna==5.0.0' 'colorlog==6.12.0' 'tqdm==4.70.1')
torch=$(venv torch 'torch==2.14.1' 'torchvision==0.29.1' 'onnx==1.23.2' 'onnxruntime==1.32.0' onnxscript pytest ruff)
sites=$("$trainers/bin/python" -c 'import site; print(site.getsitepackages()[0])'):$("$mlflow/bin/python" -c 'import site; print(site.getsitepackages()[0])')
check trainers env PYTHONPATH="$sites" "$torch/bin/python" e2e/trainers.py
proved pytorch-lightning 2.6.6 "mlflow.pytorch.autolog: metrics, checkpoint, model; the same weights loaded back"
proved optuna 5.0.0 "a study kept by MLflow's storage, read and continued by another"
java_client() { PATH=$mlflow/bin:$PATH junit registry-service dev.fovea.registry.JavaClientArtifactsTest 1; }
check java-client-artifacts java_client
proved "mlflow's Java client" 2.17.2 "artifacts up and down by way of Python"
source e2e/postgres.sh
postgres_make "$WORK/tracker-postgres" "$(free_ports 1)"
check imports-of-trackers "$mlflow/bin/python" e2e/import_tracked.py "$WORK/imports-of-trackers" "$wandb/bin/python" "postgresql://$DB_USER:$DB_PASSWORD@${DB_URL#jdbc:postgresql://}"
postgres_stop
proved mlflow 3.17.2 "imported from its server, SQLite, PostgreSQL (killed on the way, and gone on) and file store, the same read back"
proved wandb 0.23.0 "offline runs imported, the same read back"
check stock-git-and-dvc env PATH="$dvc/bin:$PATH" bash e2e/git_and_dvc.sh "$ROOT"
proved git "$(git --version | cut -d' ' -f3)" "push refused in the terminal, mended, cloned"
proved dvc 3.67.1 "pushes what Fovea reads, pulls what Fovea kept"
trust=$(venv trust 'model-signing==1.1.1' 'pyopenssl==26.4.0' 'securesystemslib==1.6.0' 'cryptography==50.0.2' 'prov==3.2.3' 'openlineage-python==1.54.0')
check signed-models-and-lineage "$trust/bin/python" e2e/trust.py "$WORK/trust"
proved model-signing 1.1.1 "reads Fovea's bundle, statement and folder; altered and extra files are refused"
proved securesystemslib 1.6.0 "verifies the DSSE envelope"
proved 'prov, openlineage-python' "3.2.3, 1.54.0" "read the exported lineage"
