# A PostgreSQL of one's own, from Debian's package: a cluster in a folder, on a port, with passwords. Sourced by parts.
#   postgres_make FOLDER PORT     makes and starts it, with the database and login 'fovea'; sets DB_URL, DB_USER, DB_PASSWORD
#   postgres_stop / postgres_start

postgres_make() {
  need_packages postgresql
  PG_FOLDER=$1 PG_PORT=$2 DB_USER=fovea
  PG_BIN=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
  PG_VERSION=$("$PG_BIN/postgres" --version | grep -o '[0-9][0-9.]*' | sed -n 1p)
  DB_PASSWORD=$(od -An -tx1 -N16 /dev/urandom | tr -d ' \n')
  DB_URL="jdbc:postgresql://127.0.0.1:$PG_PORT/fovea"
  mkdir -p "$PG_FOLDER" && chown postgres "$PG_FOLDER"
  (umask 077 && printf '%s\n' "$DB_PASSWORD" > "$PG_FOLDER/superuser") && chown postgres "$PG_FOLDER/superuser"
  as_postgres "$PG_BIN/initdb" -D "$PG_FOLDER/data" -U postgres -E UTF8 --locale=C.UTF-8 --data-checksums \
    -A scram-sha-256 --pwfile="$PG_FOLDER/superuser" > "$OUT/initdb.log" 2>&1
  printf 'host all all 127.0.0.1/32 scram-sha-256\n' | as_postgres tee "$PG_FOLDER/data/pg_hba.conf" > /dev/null
  cat >> "$PG_FOLDER/data/postgresql.conf" <<C
port = $PG_PORT
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
password_encryption = scram-sha-256
max_connections = 200
C
  postgres_start
  PGPASSWORD=$DB_PASSWORD psql -q -h 127.0.0.1 -p "$PG_PORT" -U postgres -d postgres -v ON_ERROR_STOP=1 <<S
create role fovea login password '$DB_PASSWORD';
create database fovea owner fovea;
S
}

as_postgres() { (cd / && setpriv --reuid postgres --regid postgres --init-groups "$@"); }
postgres_start() { as_postgres "$PG_BIN/pg_ctl" -D "$PG_FOLDER/data" -w -t 60 -l "$PG_FOLDER/log" start > /dev/null; }
postgres_stop() { as_postgres "$PG_BIN/pg_ctl" -D "$PG_FOLDER/data" -w -t 60 -m "${1:-fast}" stop > /dev/null; }
