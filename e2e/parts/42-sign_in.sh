# People sign in by a real identity provider: Keycloak from Maven Central, set up as docs/sign-in.md tells its administrator, and Fovea by
# discovery alone. Its own login page, groups as rights, signing out here and there, sessions that it ends, somebody who is disabled.
KEYCLOAK_VERSION=26.4.5
keycloak_unpacked() { # once; its database is in memory, so that runs leave nothing
  [ ! -e "$CACHE/keycloak-$KEYCLOAK_VERSION/done" ] || return 0
  JAVA_HOME=$(./jdk) ./mvnw -ntp -q -N dependency:copy "-Dartifact=org.keycloak:keycloak-quarkus-dist:$KEYCLOAK_VERSION:zip" \
    "-DoutputDirectory=$WORK/keycloak" || return 1
  rm -rf "$CACHE/keycloak-$KEYCLOAK_VERSION"
  python3 -m zipfile -e "$WORK/keycloak/keycloak-quarkus-dist-$KEYCLOAK_VERSION.zip" "$CACHE" || return 1
  rm -r "$WORK/keycloak"
  touch "$CACHE/keycloak-$KEYCLOAK_VERSION/done"
}
keycloak_start() { # until it says that it listens
  mkdir -p "$CACHE/keycloak-$KEYCLOAK_VERSION/data/import"
  sed -e "s|\${PASSWORD}|$PASSWORD|; s|\${SECRET}|$SECRET|; s|\${FOVEA}|$FOVEA_ADDRESS|" e2e/keycloak-realm.json \
    > "$CACHE/keycloak-$KEYCLOAK_VERSION/data/import/vision-realm.json"
  JAVA_HOME=$(./jdk) JAVA_OPTS_KC_HEAP='-Xms64m -Xmx512m' JAVA_OPTS_APPEND=-XX:TieredStopAtLevel=1 KC_BOOTSTRAP_ADMIN_USERNAME=keeper \
    bash "$CACHE/keycloak-$KEYCLOAK_VERSION/bin/kc.sh" start-dev --import-realm --db=dev-mem --cache=local --http-host=127.0.0.1 \
    "--http-port=$KEYCLOAK_PORT" > "$OUT/keycloak.log" 2>&1 7>&- &
  started $!
}
keycloak_ready() {
  for _ in $(seq 600); do
    ! curl -sf "$KEYCLOAK/realms/vision/.well-known/openid-configuration" > /dev/null || return 0
    sleep 0.5
  done
  tail -n 40 "$OUT/keycloak.log"
  return 1
}
ports=$(free_ports 2)
KEYCLOAK_PORT=$ports FOVEA_ADDRESS=http://127.0.0.1:$((ports + 1))
KEYCLOAK=http://127.0.0.1:$KEYCLOAK_PORT
export PASSWORD=$(openssl rand -hex 16) KC_BOOTSTRAP_ADMIN_PASSWORD=$(openssl rand -hex 16) SECRET=$(openssl rand -hex 16)
check keycloak-unpacked keycloak_unpacked
keycloak_start
check keycloak-ready keycloak_ready
printf '%s\n' "$SECRET" > "$WORK/keycloak-secret"
export FOVEA_AUTH_PUBLICURL=$FOVEA_ADDRESS FOVEA_AUTH_LOGIN_ISSUER=$KEYCLOAK/realms/vision FOVEA_AUTH_LOGIN_CLIENTID=fovea \
  FOVEA_AUTH_LOGIN_CLIENTSECRETFILE=$WORK/keycloak-secret FOVEA_AUTH_LOGIN_LABEL=Keycloak FOVEA_AUTH_LOGIN_ENDSESSION=true \
  FOVEA_AUTH_LOGIN_USERINFO=true FOVEA_AUTH_LOGIN_GRANTS_0_VALUE=vision-team FOVEA_AUTH_LOGIN_GRANTS_0_PROJECT=parcels \
  FOVEA_AUTH_LOGIN_GRANTS_0_ROLES=ENGINEER
SERVE_PORT=${FOVEA_ADDRESS##*:} serve "$WORK/sign-in"
check sign-in-by-keycloak python3 e2e/keycloak.py "$KEYCLOAK" "$URL" "$TOKEN"
proved Keycloak "$KEYCLOAK_VERSION" "its own login page by discovery; groups as rights; signing out here and there; its back-channel logout; a disabled user"
