#!/usr/bin/env bash
# Makes application/src/test/resources/imports/tracked.zip: what stock mlflow and wandb keep. Needs a Python 3.11 with venv.
# It lies in /srv/team while it is made, since MLflow writes absolute places into it.
#   fixtures.sh MLFLOW_PYTHON WANDB_PYTHON     (mlflow==3.17.2; wandb==0.23.0, numpy, pillow)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
team=/srv/team
rm -rf "$team"
mkdir -p "$team/sql" "$team/runs"
cp "$here/tracked.py" "$team/"
export LOGNAME=ana USER=ana GIT_PYTHON_REFRESH=quiet MLFLOW_ALLOW_FILE_STORE=true WANDB_DATA_DIR=$team/data WANDB_CACHE_DIR=$team/cache WANDB_CONFIG_DIR=$team/config
cd "$team"
MLFLOW_TRACKING_URI=file://$team/mlruns "$1" tracked.py mlflow
(cd sql && MLFLOW_TRACKING_URI=sqlite:///$team/sql/mlflow.db "$1" ../tracked.py mlflow)
"$2" tracked.py wandb "$team/runs"
rm -rf runs/wandb/*/logs runs/wandb/*/tmp runs/wandb/latest-run runs/wandb/*.log
mkdir -p "$here/../resources/imports"
rm -f "$here/../resources/imports/tracked.zip"
python3 - "$here/../resources/imports/tracked.zip" mlruns sql runs << 'END'
import pathlib, sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as kept:
    for path in sorted(path for folder in sys.argv[2:] for path in pathlib.Path(folder).rglob("*") if path.is_file() or not any(path.iterdir())):
        kept.write(path)
END
