# What a platform engineer brings: a PostgreSQL, an S3 address that pods reach, a Gateway, a volume, a name. Sourced by the part 'helm'.
HELM_WORLD=$WORK/helm-world
HELM_PG_PORT=55470 HELM_S3_PORT=55480 HELM_REGISTRY_PORT=55490 HELM_HOST=fovea-helm.test

helm_postgres_bin() { ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1; }
helm_postgres_version() { "$(helm_postgres_bin)/postgres" --version | sed 's/.* \([0-9.]*\) .*/\1/; s/[^0-9.]*$//'; }
helm_postgres() { # helm_postgres start|stop
  runuser -u postgres -- "$(helm_postgres_bin)/pg_ctl" --silent --wait --mode=fast --pgdata "$HELM_WORLD/pg" --log "$HELM_WORLD/pg.log" "$1"
}

helm_world_begins() {
  NODE_IP=$(kubectl get nodes --output jsonpath='{.items[0].status.addresses[?(@.type=="InternalIP")].address}')
  helm_world_ends 2> /dev/null || true
  mkdir -p "$HELM_WORLD/repositories" "$HELM_WORLD/desk" "$HELM_WORLD/parcels/images"
  # PostgreSQL as Debian ships it, on the address that pods reach, with passwords by SCRAM alone.
  chmod 711 "$HELM_WORLD"
  install -d -o postgres -g postgres "$HELM_WORLD/pg"
  touch "$HELM_WORLD/pg.log" && chown postgres "$HELM_WORLD/pg.log"
  PGPASSWORD=$(openssl rand -hex 16)
  (umask 077 && printf '%s\n' "$PGPASSWORD" > "$HELM_WORLD/pgpass") && chown postgres "$HELM_WORLD/pgpass"
  (cd / && runuser -u postgres -- "$(helm_postgres_bin)/initdb" --pgdata "$HELM_WORLD/pg" --auth=scram-sha-256 --pwfile="$HELM_WORLD/pgpass" --no-sync > /dev/null)
  cat >> "$HELM_WORLD/pg/postgresql.conf" <<CONF
listen_addresses = '$NODE_IP'
port = $HELM_PG_PORT
unix_socket_directories = ''
max_connections = 60
CONF
  echo "host all all 0.0.0.0/0 scram-sha-256" >> "$HELM_WORLD/pg/pg_hba.conf"
  (cd / && helm_postgres start)
  socat "TCP-LISTEN:$HELM_S3_PORT,bind=$NODE_IP,reuseaddr,fork" TCP:127.0.0.1:9000 &
  started $!
  # Docker, where another part started it, closes forwarding, and with it every way from pod to pod.
  for way in -i -o; do iptables -C FORWARD $way cni0 -j ACCEPT 2> /dev/null || iptables -I FORWARD $way cni0 -j ACCEPT; done
  # A volume for the Git repositories: this cluster makes none by itself.
  chown 65532:65532 "$HELM_WORLD/repositories"
  kubectl apply --filename - > /dev/null <<Y
apiVersion: v1
kind: PersistentVolume
metadata: {name: fovea-helm-repositories}
spec:
  capacity: {storage: 1Gi}
  accessModes: [ReadWriteOnce]
  persistentVolumeReclaimPolicy: Retain
  claimRef: {namespace: fovea-helm, name: fovea-datasets}
  hostPath: {path: $HELM_WORLD/repositories}
---
apiVersion: v1
kind: Namespace
metadata: {name: fovea-helm-gateway}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: fovea-helm-gateway}
spec:
  gatewayClassName: traefik
  listeners:
    - {name: web, protocol: HTTP, port: 8000, allowedRoutes: {namespaces: {from: All}}}
Y
  echo "127.0.0.1 $HELM_HOST # fovea-e2e" >> /etc/hosts
  printf 'path,label,split\nimages/a.png,box,train\nimages/b.png,bag,test\n' > "$HELM_WORLD/parcels/labels.csv"
  python3 - "$HELM_WORLD/parcels/images" <<'PY'
import struct, sys, zlib
def png(path, shade):
    rows = b"".join(b"\0" + bytes([shade + row * 3] ) * 16 for row in range(16))
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 16, 16, 8, 0, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
png(sys.argv[1] + "/a.png", 40)
png(sys.argv[1] + "/b.png", 180)
PY
  # The page's commands are run in a folder that looks like the repository's root.
  for each in images helm fovea jdk application docs; do ln -s "$ROOT/$each" "$HELM_WORLD/desk/$each"; done

  # The page's block of settings, for this machine.
  export ROOT OUT HELM_WORLD NODE_IP HELM_PG_PORT
  export NAMESPACE=fovea-helm PUBLIC_URL=http://$HELM_HOST:8000
  export IMAGE=$REGISTRY/fovea/fovea TAG=helm-$(sha256sum application/target/fovea-*-exec.jar | cut -c1-12)
  export PGHOST=$NODE_IP PGPORT=$HELM_PG_PORT PGUSER=postgres PGPASSWORD
  export S3_ENDPOINT=http://$NODE_IP:$HELM_S3_PORT S3_BUCKET=fovea-helm-$(date +%s) S3_ACCESS_KEY=minioadmin S3_SECRET_KEY=minioadmin
  export GATEWAY=public GATEWAY_NAMESPACE=fovea-helm-gateway DATA=$HELM_WORLD/parcels PLAIN_HTTP=1
  # A registry and a Secret for Jobs, so that the two roles that may ask the API server for something do.
  socat "TCP-LISTEN:$HELM_REGISTRY_PORT,bind=$NODE_IP,reuseaddr,fork" "TCP:$REGISTRY" &
  started $!
  local packaging=roles.rollouts.packaging
  export HELM_ARGS="--values helm/fovea/values-dev.yaml --set networkPolicy.database.ports[0]=$HELM_PG_PORT --set networkPolicy.objectStore.ports[0]=$HELM_S3_PORT
    --set $packaging.registry=$NODE_IP:$HELM_REGISTRY_PORT/fovea,$packaging.images=$REGISTRY/fovea,$packaging.insecureHosts[0]=$NODE_IP:$HELM_REGISTRY_PORT
    --set roles.rollouts.kubernetes.gateway.url=http://$NODE_IP:8000 --set networkPolicy.models.ports[0]=8000 --set networkPolicy.imageRegistry.ports[0]=$HELM_REGISTRY_PORT
    --set roles.pipelines.jobs.objectsSecret=fovea-jobs --set roles.rollouts.kubernetes.modelSecret=fovea-models"
}

helm_world_ends() {
  sed -i '/# fovea-e2e$/d' /etc/hosts 2> /dev/null || { grep -v '# fovea-e2e$' /etc/hosts > "$WORK/hosts"; cat "$WORK/hosts" > /etc/hosts; }
  kubectl delete namespace fovea-helm fovea-helm-gateway --ignore-not-found --timeout=60s > /dev/null || true
  kubectl delete pv fovea-helm-repositories --ignore-not-found --wait=false > /dev/null || true
  [ ! -d "$HELM_WORLD/pg" ] || (cd / && helm_postgres stop) || true
}
