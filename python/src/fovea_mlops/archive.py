"""Makes a clean copy of a ``.pt2`` archive, in which nothing is left that ``torch.export.load`` would run.

PyTorch's loader unpickles sample inputs, custom objects and pickled weights, evaluates size expressions by
``sympify`` (which is ``eval``), looks operators up as attributes of the module ``torch`` wherever a dotted name leads,
and executes guards. So the loader is never given the file of a stranger: the graph and the raw weights are copied into
a new archive, every text that would be looked up or evaluated is checked against a short list, and the rest is dropped.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

from .errors import ExportRefused

MAX_ARCHIVE_BYTES = 8 << 30
MAX_GRAPH_BYTES = 64 << 20
MAX_CONFIG_BYTES = 64 << 20
MAX_TENSOR_BYTES = 4 << 30
MAX_ENTRIES = 100_000
MAX_DEPTH = 64
MAX_NODES = 200_000

RESAVE = (
    "save it again with PyTorch 2.9 or later, on a machine that may run it: "
    "ep = torch.export.load(f); torch.export.save(ep, g)"
)

_PATH_NAME = re.compile(r"(weight|tensor)_[0-9]{1,9}")
_OPERATOR = re.compile(r"torch\.ops\.(aten|prims|prim|torchvision)\.[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)?")
_SYMBOLIC = re.compile(r"_operator\.(add|sub|mul|floordiv|truediv|mod|neg|pos|pow|eq|ne|lt|le|gt|ge|and_|or_|not_)")
_PLAIN = re.compile(r"math\.(trunc|ceil|floor)|torch\.sym_(int|float|max|min|not|ite|sqrt|sum)")
_RANGE_KEY = re.compile(r"[A-Za-z0-9_ ()*/+,-]{1,512}")
_EXPRESSION = re.compile(r"[A-Za-z0-9_'=(),+*/<>. -]{1,4096}")
_WORD = re.compile(r"'?[A-Za-z_][A-Za-z0-9_]*'?")
_SYMBOL = re.compile(r"'?[a-z]{1,2}[0-9]{1,9}'?")
_WORDS = frozenset(
    """Symbol Integer Rational Float Add Mul Pow Mod PythonMod FloorDiv CleanDiv CeilDiv CeilToInt FloorToInt TruncToInt
    RoundToInt IntTrueDiv FloatTrueDiv ToFloat ModularIndexing Max Min Identity Eq Ne Lt Le Gt Ge Equality Unequality
    StrictLessThan LessThan StrictGreaterThan GreaterThan And Or Not positive nonnegative negative zero nonzero integer
    real precision true false True False""".split()  # noqa: SIM905
)
_TREE_TYPES = frozenset({None, "builtins.tuple", "builtins.list", "builtins.dict", "collections.OrderedDict"})


def clean(source: Path) -> bytes:
    """The copy, as bytes.

    Raises ``ExportRefused`` where the archive is broken, too old, or needs something that only a pickle could hold.
    """
    size = source.stat().st_size
    if size > MAX_ARCHIVE_BYTES:
        raise ExportRefused(f"archive of {size} bytes (expected: {MAX_ARCHIVE_BYTES} at most); export a smaller model")
    try:
        with zipfile.ZipFile(source) as archive:
            return _copy(archive, size)
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, EOFError) as e:
        raise ExportRefused(f"no readable .pt2 archive: {_excerpt(str(e))}; {RESAVE}") from None
    except RecursionError:
        raise ExportRefused(f"JSON that is nested too deeply; {RESAVE}") from None


def _copy(archive: zipfile.ZipFile, size: int) -> bytes:
    entries = _entries(archive, size)
    root = _root(entries)
    models = [name for name in entries if name.startswith(f"{root}/models/")]
    if len(models) != 1 or not re.fullmatch(re.escape(root) + r"/models/[A-Za-z0-9_]{1,64}\.json", models[0]):
        raise ExportRefused(f"{len(models)} models in one archive (expected: 1); save each model to its own file")
    model = models[0].rsplit("/", 1)[1].removesuffix(".json")
    graph = _json(archive, entries, models[0], MAX_GRAPH_BYTES)
    kept: dict[str, bytes] = {f"models/{model}.json": json.dumps(_graph(graph)).encode()}
    for kind, folder in (("weights", "data/weights"), ("constants", "data/constants")):
        if f"{root}/{folder}/{model}.pt" in entries:
            raise ExportRefused(f"{kind} are a pickle, as PyTorch 2.8 and older write them; {RESAVE}")
        name = f"{folder}/{model}_{kind}_config.json"
        config = _json(archive, entries, f"{root}/{name}", MAX_CONFIG_BYTES)
        kept[name] = json.dumps({"config": _payloads(config, kind, root, folder, entries, archive, kept)}).encode()
    return _written(model, kept)


def _entries(archive: zipfile.ZipFile, size: int) -> dict[str, zipfile.ZipInfo]:
    infos = archive.infolist()
    if len(infos) > MAX_ENTRIES:
        raise ExportRefused(f"{len(infos)} entries (expected: {MAX_ENTRIES} at most); {RESAVE}")
    entries: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        if info.filename in entries:
            raise ExportRefused(f"entry {_excerpt(info.filename)!r} is there twice; {RESAVE}")
        if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 0x1 or info.file_size != info.compress_size:
            raise ExportRefused(f"entry {_excerpt(info.filename)!r} is compressed or encrypted; {RESAVE}")
        entries[info.filename] = info
    if sum(info.file_size for info in infos) > size:
        raise ExportRefused(f"entries that overlap: together they are larger than the file; {RESAVE}")
    return entries


def _root(entries: dict[str, zipfile.ZipInfo]) -> str:
    if "serialized_exported_program.json" in entries:
        raise ExportRefused(f"an archive of PyTorch 2.7 or older, whose weights are a pickle; {RESAVE}")
    roots = [name.removesuffix("/archive_format") for name in entries if name.endswith("/archive_format")]
    if len(roots) != 1 or "/" in roots[0] or not roots[0]:
        raise ExportRefused("no archive of torch.export.save; save it with torch.export.save(ep, 'model.pt2')")
    return roots[0]


def _json(archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo], name: str, limit: int) -> Any:  # noqa: ANN401
    if name not in entries:
        raise ExportRefused(f"no entry {_excerpt(name)!r}; {RESAVE}")
    if entries[name].file_size > limit:
        raise ExportRefused(f"entry {_excerpt(name)!r} of {entries[name].file_size} bytes (expected: {limit} at most)")
    try:
        value = json.loads(archive.read(name))
    except ValueError as e:
        raise ExportRefused(f"entry {_excerpt(name)!r} is no JSON: {_excerpt(str(e))}; {RESAVE}") from None
    if not isinstance(value, dict):
        raise ExportRefused(f"entry {_excerpt(name)!r} is no JSON object; {RESAVE}")
    return value


def _payloads(
    config: dict[str, Any],
    kind: str,
    root: str,
    folder: str,
    entries: dict[str, zipfile.ZipInfo],
    archive: zipfile.ZipFile,
    kept: dict[str, bytes],
) -> dict[str, Any]:
    payloads = config.get("config")
    if not isinstance(payloads, dict):
        raise ExportRefused(f"{kind} without a config; {RESAVE}")
    for name, payload in payloads.items():
        path = payload.get("path_name") if isinstance(payload, dict) else None
        if payload is None or not isinstance(path, str):
            raise ExportRefused(f"{kind}: {_excerpt(name)!r} names no payload; {RESAVE}")
        if payload.get("use_pickle") is not False:
            raise ExportRefused(f"{kind}: {_excerpt(name)!r} is a pickle; make it a plain tensor and export again")
        if not _PATH_NAME.fullmatch(path):
            raise ExportRefused(
                f"{kind}: {_excerpt(name)!r} is a custom object, {_excerpt(path)!r}, a pickle; export without it"
            )
        entry = entries.get(f"{root}/{folder}/{path}")
        if entry is None:
            raise ExportRefused(f"{kind}: no bytes for {_excerpt(name)!r}; {RESAVE}")
        _check_meta(name, payload.get("tensor_meta"))
        if f"{folder}/{path}" not in kept:
            kept[f"{folder}/{path}"] = archive.read(entry)
    return payloads


def _check_meta(name: str, meta: Any) -> None:  # noqa: ANN401
    """A stride of zero makes a giant of a few bytes: what counts is what the tensor would be when written out."""
    sizes = meta.get("sizes") if isinstance(meta, dict) else None
    if not isinstance(sizes, list):
        raise ExportRefused(f"tensor {_excerpt(name)!r} has no shape; {RESAVE}")
    elements = 1
    for size in sizes:
        value = size.get("as_int") if isinstance(size, dict) else None
        if not isinstance(value, int) or value < 0:
            raise ExportRefused(f"tensor {_excerpt(name)!r} has no fixed shape; {RESAVE}")
        elements *= value
    if elements * 8 > MAX_TENSOR_BYTES:
        raise ExportRefused(f"tensor {_excerpt(name)!r} of {elements} elements; export a smaller model")


def _graph(program: dict[str, Any]) -> dict[str, Any]:
    program = dict(program)
    program["guards_code"] = []
    _walk(program, 0)
    for key in program.get("range_constraints") or {}:
        if not _RANGE_KEY.fullmatch(key):
            raise ExportRefused(f"range of {_excerpt(key)!r}, which is no size; {RESAVE}")
        check_expression(key)
    nodes = program.get("graph_module", {}).get("graph", {}).get("nodes", [])
    if not isinstance(nodes, list) or len(nodes) > MAX_NODES:
        raise ExportRefused(f"no graph of at most {MAX_NODES} nodes; {RESAVE}")
    return program


def _walk(value: Any, depth: int) -> None:  # noqa: ANN401
    """Checks every text that the loader would evaluate or look up, and empties what it does not need."""
    if depth > MAX_DEPTH:
        raise ExportRefused(f"JSON that is nested deeper than {MAX_DEPTH}; {RESAVE}")
    if isinstance(value, list):
        for each in value:
            _walk(each, depth + 1)
    elif isinstance(value, dict):
        for key, each in value.items():
            if key == "metadata":
                value[key] = {}
            elif key in ("target", "as_operator"):
                check_operator(each)
            elif key == "expr_str":
                check_expression(each)
            elif key in ("in_spec", "out_spec"):
                _check_tree(each)
            elif key in ("custom_obj", "as_custom_obj", "opaque_obj"):
                raise ExportRefused("the model holds a custom object, which is a pickle; export without it")
            else:
                _walk(each, depth + 1)


def check_operator(name: Any) -> None:  # noqa: ANN401
    """Only operators: the loader takes any path below the module ``torch``, such as ``torch.os.system``."""
    if isinstance(name, str) and any(known.fullmatch(name) for known in (_OPERATOR, _SYMBOLIC, _PLAIN)):
        return
    raise ExportRefused(f"operator {_excerpt(str(name))!r} is none that is exported; write the model without it")


def check_expression(text: Any) -> None:  # noqa: ANN401
    """Only arithmetic on symbols: sympy evaluates the text as Python."""
    if isinstance(text, str) and _EXPRESSION.fullmatch(text):
        words = _WORD.findall(text)
        if all(word in _WORDS or _SYMBOL.fullmatch(word) for word in words):
            return
    raise ExportRefused(f"size {_excerpt(str(text))!r} is no arithmetic; {RESAVE}")


def _check_tree(text: Any) -> None:  # noqa: ANN401
    """How inputs and outputs are nested. Some types name a module to import: those are not taken."""
    try:
        tree = json.loads(text) if isinstance(text, str) and text else None
    except ValueError:
        raise ExportRefused(f"inputs or outputs in no readable nesting; {RESAVE}") from None
    stack, seen = [tree], 0
    while stack:
        value = stack.pop()
        seen += 1
        if seen > 1_000_000:
            raise ExportRefused(f"inputs or outputs nested without end; {RESAVE}")
        if isinstance(value, dict):
            if "type" in value and value["type"] not in _TREE_TYPES:
                raise ExportRefused(
                    f"inputs or outputs of type {_excerpt(str(value['type']))!r}; use tensors, tuples, lists, dicts"
                )
            stack.extend(value.values())
        elif isinstance(value, list):
            stack.extend(value)


def _written(model: str, kept: dict[str, bytes]) -> bytes:
    import torch
    from torch.export.pt2_archive._package import PT2ArchiveWriter

    nothing = io.BytesIO()
    torch.save(((), {}), nothing)
    buffer = io.BytesIO()
    with PT2ArchiveWriter(buffer) as writer:
        for name, data in kept.items():
            writer.write_bytes(name, data)
        writer.write_bytes(f"data/sample_inputs/{model}.pt", nothing.getvalue())
    return buffer.getvalue()


def _excerpt(text: str) -> str:
    printable = "".join(c if c.isprintable() else "?" for c in text)
    return printable if len(printable) <= 80 else printable[:77] + "…"
