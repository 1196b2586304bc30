#!/usr/bin/env bash
# base_twice.sh FOLDER: builds the base image twice, the second time under another umask, time zone, locale and temporary folder, and compares every file.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p "$1" "$1/tmp"
images/build base --out "$1" > "$1/first" &
first=$!
(umask 077; TZ=Pacific/Auckland LC_ALL=C TMPDIR=$1/tmp images/build base --out "$1/again" > "$1/second")
wait "$first"
cat "$1/first" "$1/second"
cmp "$1/first" "$1/second"
diff -r "$1/base" "$1/again/base"
cmp "$1/base.tar" "$1/again/base.tar"
rm -rf "$1/again" "$1/tmp"
