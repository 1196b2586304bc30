# The pages of a finished demo, in a real browser; and the serving protocol's stock client against its production model. The demo is the one that
# the part 'person' left, where that ran before.
need_packages chromium fonts-dejavu-core iproute2 socat
triton=$(venv triton 'tritonclient[http]==2.73.0' numpy pillow)
home=$RUN/person
[ -s "$home/token" ] || check demo ./fovea demo --home "$home" --port 0 --exit
serve "$home"
export FOVEA_E2E_CHROMIUM=$ROOT/e2e/chromium FOVEA_E2E_URL=$URL FOVEA_E2E_TOKEN=$TOKEN FOVEA_E2E_SCREENSHOTS=$OUT/screenshots
check pages-in-chromium junit application dev.fovea.e2e.PageScreenshots 1
proved chromium "$(chromium --version 2>/dev/null | grep -o '[0-9.]*' | sed -n 1p)" "every page: light, dark, phone"
check cli-exit-codes env FOVEA_URL="$URL" FOVEA_TOKEN="$TOKEN" FOVEA_PROJECT=digits bash e2e/cli_exit_codes.sh
check stock-tritonclient env FOVEA_URL="$URL" FOVEA_TOKEN="$TOKEN" FOVEA_PROJECT=digits FOVEA_MODEL=digit-reader \
  "$triton/bin/python" rollout-controller/src/test/python/stock_tritonclient.py
proved tritonclient 2.73.0 "metadata, infer with binary tensors, at the production address"
