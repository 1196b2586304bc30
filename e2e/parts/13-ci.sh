# Promotion by CI: the action's own steps against a running server, a test issuer in GitHub's place, and signed webhooks by curl.
need_packages curl shellcheck
ci=$(venv ci 'PyJWT==2.10.1' 'cryptography==45.0.7' 'PyYAML==6.0.2')
check action-script-linted shellcheck action/promote.sh
check ci-promotion "$ci/bin/python" e2e/ci_promotion.py "$ROOT" "$WORK/ci"
proved "GitHub Action" "composite, action.yml" "keyless promotion: passed, refused, not authorised, through a killed server; one commit status a gate"
proved curl "$(curl --version | sed -n 1p | cut -d' ' -f2)" "signed webhook promotes; wrong signature and replay do not"
