"""Rewrites the table of ATen parameters and defaults from PyTorch's own operator registry.

    python aten_schemas.py ../../main/resources/dev/fovea/onnx/export/lowering/call/aten-schemas.txt

The operators are those that the table names already; to add one, add a line with its name and run
this again. Lines of Python's own operators (`_operator.*`) are kept as they are.
"""

import sys

import torch


def default(value):
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(str(each) for each in value) + "]"
    if isinstance(value, str):
        return f"'{value}'"
    return str(value)


def line(operator):
    if not operator.startswith("aten."):
        return None
    _, name, overload = operator.split(".")
    schema = getattr(getattr(torch.ops.aten, name), overload)._schema
    words = [operator]
    for argument in schema.arguments:
        has = argument.has_default_value()
        words.append(argument.name + ("=" + default(argument.default_value) if has else ""))
    return " ".join(words)


def main(path):
    with open(path, encoding="utf-8") as table:
        old = [each.strip() for each in table if each.strip() and not each.startswith("#")]
    lines = sorted({line(each.split(" ")[0]) or each for each in old})
    with open(path, "w", encoding="utf-8", newline="\n") as table:
        table.write("# Parameters of ATen operators and their defaults.\n")
        table.write(f"# Written by src/test/python/aten_schemas.py, PyTorch {torch.__version__.split('+')[0]}.\n")
        table.write("\n".join(lines) + "\n")


main(sys.argv[1])
