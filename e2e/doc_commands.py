#!/usr/bin/env python3
"""The commands of a page: doc_commands.py PAGE prints a bash script of its blocks that begin with ```sh run, in their order.

After each block the script calls after_block SECTION NUMBER, which the caller defines before it. Fails where a block has another mark than 'run' or
'yours' (settings that a reader replaces), so that none is left out unseen.
"""
import re
import shlex
import sys

page = open(sys.argv[1], encoding="utf-8").read()
section, number, blocks = "", 0, 0
print("set -euo pipefail")
for match in re.finditer(r"^## (?P<heading>[^\n]*)$|^```(?P<mark>[^\n]*)\n(?P<body>.*?)^```$", page, re.M | re.S):
    if match["heading"]:
        section, number = match["heading"], 0
    elif match["mark"] == "sh run":
        number += 1
        blocks += 1
        print(f"printf '== %s\\n' {shlex.quote(section)}")
        print(match["body"], end="")
        print(f"after_block {shlex.quote(section)} {number}")
    elif match["mark"] != "sh yours":
        sys.exit(f"{sys.argv[1]}: a block under '{section}' is marked '{match['mark']}' (expected: 'sh run' or 'sh yours')")
if blocks == 0:
    sys.exit(f"{sys.argv[1]}: no commands")
