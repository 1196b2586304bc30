#!/usr/bin/env bash
# application_image.sh REFERENCE: containerd runs Fovea's own image with a read-only root and without capabilities.
set -euo pipefail
config=$(crane config --insecure "$1")
python3 - "$config" <<'P'
import json, sys
config = json.loads(sys.argv[1])["config"]
assert config["User"] == "65532:65532", config["User"]
assert config["Entrypoint"][0] == "java" and config["Cmd"] == ["serve"], config
P
ctr -n fovea-e2e images pull --plain-http "$1:latest" > /dev/null
drop=$(for capability in CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE; do
  printf -- '--cap-drop CAP_%s ' "$capability"; done)
# shellcheck disable=SC2086
said=$(ctr -n fovea-e2e run --rm --read-only --seccomp $drop "$1:latest" "version-$$" java -jar /app/fovea.jar --version)
echo "$said"
[[ $said == "fovea "* ]]
ctr -n fovea-e2e images rm "$1:latest" > /dev/null
