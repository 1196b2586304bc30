#!/usr/bin/env bash
# Makes application/src/test/resources/imports/postgresql.zip: what stock mlflow keeps with PostgreSQL behind it, as a dump, and its artifacts.
# It lies in /srv/team while it is made, since MLflow writes absolute places into it.
#   postgresql_fixture.sh MLFLOW_PYTHON URI    (mlflow==3.17.2, psycopg2-binary; an empty database, such as postgresql://user:password@host/mlflow)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
team=/srv/team
rm -rf "$team"
mkdir -p "$team/postgresql"
cp "$here/tracked.py" "$team/"
export LOGNAME=ana USER=ana GIT_PYTHON_REFRESH=quiet
(cd "$team/postgresql" && MLFLOW_TRACKING_URI=postgresql+psycopg2:${2#postgresql:} "$1" ../tracked.py mlflow)
# Statements alone: a driver knows no commands of psql.
pg_dump --inserts --rows-per-insert=100 --no-owner --no-privileges --dbname="$2" | grep -v -e '^\\' -e '^--' -e '^$' > "$team/postgresql/mlflow.sql"
rm -f "$here/../resources/imports/postgresql.zip"
cd "$team"
python3 - "$here/../resources/imports/postgresql.zip" postgresql << 'END'
import pathlib, sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as kept:
    for path in sorted(path for path in pathlib.Path(sys.argv[2]).rglob("*") if path.is_file()):
        kept.write(path)
END
