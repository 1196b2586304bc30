#!/usr/bin/env bash
# What the GitHub Action runs: 'fovea promote --wait' with this job's identity. Its exit code is the command's:
# 0 passed, 1 failed, 2 usage, 3 refused by a gate, 4 not authorised, 5 still waiting, 6 server unreachable.
set -uo pipefail

usage() {
  echo "::error title=Fovea::$1"
  printf '### Fovea: no verdict\n\n%s\n' "$1" >> "$GITHUB_STEP_SUMMARY"
  printf 'verdict=error\nrelease=\nurl=\n' >> "$GITHUB_OUTPUT"
  exit 2
}

# A line break in an input would end a workflow command and begin another.
for value in "$FOVEA_URL" "$FOVEA_PROJECT" "$INPUT_MODEL" "$INPUT_VERSION" "$INPUT_RUN" "$INPUT_TIMEOUT" "$INPUT_AUDIENCE" "$INPUT_CLI"; do
  case $value in *[$'\n\r']*) usage "an input has more than one line" ;; esac
done
[ -n "$FOVEA_URL" ] || usage "the input server is empty"
[ -n "$FOVEA_PROJECT" ] || usage "the input project is empty"
[ -n "$INPUT_MODEL" ] || usage "the input model is empty"

if [[ $INPUT_CLI == *.jar ]]; then
  [ -f "$INPUT_CLI" ] || usage "there is no jar at the path that the input cli names"
  java=java
  [ -n "${JAVA_HOME:-}" ] && java=$JAVA_HOME/bin/java
  fovea=("$java" -jar "$INPUT_CLI")
else
  command -v -- "$INPUT_CLI" > /dev/null || usage "the program that the input cli names is not on PATH: install Fovea in a step before, or give its jar"
  fovea=("$INPUT_CLI")
fi

which=(--commit="${GITHUB_SHA:-}")
[ -z "$INPUT_RUN" ] || which=(--run="$INPUT_RUN")
positional=("$INPUT_MODEL")
if [ -n "$INPUT_VERSION" ]; then
  [ -z "$INPUT_RUN" ] || usage "give version or run-id, not both"
  which=()
  positional+=("$INPUT_VERSION")
fi

export FOVEA_URL FOVEA_PROJECT
code=0
"${fovea[@]}" promote --wait --oidc --audience="$INPUT_AUDIENCE" --timeout="$INPUT_TIMEOUT" \
  --summary="$GITHUB_STEP_SUMMARY" --outputs="$GITHUB_OUTPUT" "${which[@]}" -- "${positional[@]}" || code=$?
case $code in
  0) ;;
  3) echo "::error title=Fovea::refused by a gate; the job's summary has every rule" ;;
  4) echo "::error title=Fovea::not authorised; the line above says which claim and what to configure" ;;
  5) echo "::error title=Fovea::no verdict yet when the timeout ended; the release goes on" ;;
  6) echo "::error title=Fovea::the server cannot be reached" ;;
  *) echo "::error title=Fovea::no verdict; exit code $code" ;;
esac
exit "$code"
