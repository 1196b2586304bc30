"""Exports a ``.pt2`` file or a module to ONNX, and verifies what came out."""

from __future__ import annotations

import importlib
import io
import json
import logging
import platform
import random
import warnings
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import __version__, recording
from .archive import clean
from .errors import ExportRefused
from .verify import Difference, differences

if TYPE_CHECKING:
    import torch
    from torch.export import ExportedProgram

OPSET = 20
TORCHSCRIPT_OPSET = 17
MAX_MODEL_BYTES = (2 << 30) - (64 << 20)
QUESTIONS = 8
SEED = 20_261_126


def export_archive(pt2: Path, out: Path, recorded: Path | None, tolerance: float) -> dict[str, Any]:
    """From a file that nobody needs to trust; writes ``model.onnx`` and ``report.json``."""
    import torch

    cleaned = clean(pt2)
    try:
        program = torch.export.load(io.BytesIO(cleaned))
    except (MemoryError, ExportRefused):
        raise
    except Exception as e:
        raise ExportRefused(f"PyTorch {torch.__version__} does not load it: {_first_line(e)}; export it again") from e
    return export_program(program, out, recorded, tolerance)


def export_callable(
    spec: str, shapes: Sequence[tuple[int, ...]], out: Path, recorded: Path | None, tolerance: float
) -> dict[str, Any]:
    """From ``package.module:callable``, which gives a module: code of yours, run as it is."""
    import torch

    module_name, _, name = spec.partition(":")
    if not module_name or not name:
        raise ExportRefused(f"{spec!r} is no 'package.module:callable'; name the function that builds the model")
    model = getattr(importlib.import_module(module_name), name)()
    if not isinstance(model, torch.nn.Module):
        raise ExportRefused(f"{spec} gave a {type(model).__name__} (expected: a torch.nn.Module)")
    model.eval()
    batch = torch.export.Dim("batch", min=1, max=1024)
    examples = tuple(torch.randn(max(2, shape[0]), *shape[1:]) for shape in shapes)
    program = torch.export.export(model, examples, dynamic_shapes=tuple({0: batch} for _ in shapes))
    return export_program(program, out, recorded, tolerance)


def export_program(program: ExportedProgram, out: Path, recorded: Path | None, tolerance: float) -> dict[str, Any]:
    """Tries PyTorch's newer exporter, then the older one; takes the first whose model answers as PyTorch does."""
    import torch

    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    torch.manual_seed(SEED)
    random.seed(SEED)
    questions = _questions(program)
    # What was loaded has no examples, since those were a pickle; PyTorch names the inputs by them.
    program._example_inputs = _arguments(program, questions[0])
    model = program.module(check_guards=False)
    if recorded is not None:
        questions.append(tuple(torch.from_numpy(tensor.copy()) for tensor in recording.inputs(recorded)))
    file = out / "model.onnx"
    failures: list[str] = []
    for name, write in (("dynamo", _by_dynamo), ("torchscript", _by_torchscript)):
        try:
            write(program, model, file)
            _check_size(file)
            found = differences(lambda *flat: _ask(program, model, flat), file, questions, tolerance)
        except MemoryError:
            raise
        except Exception as e:
            if _is_memory(e):
                raise MemoryError(str(e)) from e
            failures.append(f"{name}: {_first_line(e)}")
            file.unlink(missing_ok=True)
            continue
        report = _report(name, file, found, questions, recorded is not None, failures)
        (out / "report.json").write_text(json.dumps(report, indent=1) + "\n")
        return report
    raise ExportRefused("; ".join(failures) + "; write the model without these operators, or give Fovea the ONNX file")


def _by_dynamo(program: ExportedProgram, _model: torch.nn.Module, file: Path) -> None:
    import torch

    exported = torch.onnx.export(program, dynamo=True, opset_version=OPSET, verbose=False)
    if exported is None:
        raise ExportRefused("PyTorch's exporter gave nothing")
    exported.save(file, external_data=False)


def _by_torchscript(program: ExportedProgram, model: torch.nn.Module, file: Path) -> None:
    import torch

    arguments, keywords = program._example_inputs
    # The batch, and nothing else, stays open: tracing forgets every other relation between sizes.
    names = [name for name in program.graph_signature.user_inputs if isinstance(name, str)]
    axes = {name: {0: "batch"} for name in names} if program.range_constraints else None
    torch.onnx.export(
        model,
        arguments,
        str(file),
        kwargs=keywords,
        dynamo=False,
        opset_version=TORCHSCRIPT_OPSET,
        input_names=names,
        dynamic_axes=axes,
        verbose=False,
    )


def _arguments(program: ExportedProgram, flat: tuple[torch.Tensor, ...]) -> Any:  # noqa: ANN401
    from torch.utils import _pytree as pytree

    return pytree.tree_unflatten(list(flat), program.call_spec.in_spec)


def _ask(program: ExportedProgram, model: torch.nn.Module, flat: tuple[torch.Tensor, ...]) -> Any:  # noqa: ANN401
    arguments, keywords = _arguments(program, flat)
    return model(*arguments, **keywords)


def _questions(program: ExportedProgram) -> list[tuple[torch.Tensor, ...]]:
    """Random inputs of the shapes that the program was exported with."""
    import torch

    placeholders = {node.name: node for node in program.graph.nodes if node.op == "placeholder"}
    values = [placeholders[name].meta["val"] for name in program.graph_signature.user_inputs if isinstance(name, str)]
    if not values or not all(isinstance(value, torch.Tensor) for value in values):
        raise ExportRefused("the model takes something that is no tensor; export it with tensors alone")
    return [tuple(_random(value) for value in values) for _ in range(QUESTIONS)]


def _random(like: torch.Tensor) -> torch.Tensor:
    import torch

    shape = [_hint(size) for size in like.shape]
    if like.dtype.is_floating_point:
        return torch.randn(shape).to(like.dtype)
    return torch.randint(0, 2, shape).to(like.dtype)


def _hint(size: Any) -> int:  # noqa: ANN401
    node = getattr(size, "node", None)
    return int(node.hint) if node is not None and node.hint is not None else int(size)


def _check_size(file: Path) -> None:
    if file.stat().st_size > MAX_MODEL_BYTES:
        raise ExportRefused(f"a model of {file.stat().st_size} bytes; one ONNX file holds 2 GB")


def _report(
    exporter: str, file: Path, found: list[Difference], questions: list[Any], recorded: bool, failures: list[str]
) -> dict[str, Any]:
    import numpy
    import onnx
    import onnxruntime
    import torch

    model = onnx.load(str(file), load_external_data=False)
    worst = max(found, key=lambda each: each.relative)
    return {
        "exporter": exporter,
        "opset": next((o.version for o in model.opset_import if o.domain in ("", "ai.onnx")), 0),
        "ir": model.ir_version,
        "nodes": len(model.graph.node),
        "questions": len(questions),
        "recorded": recorded,
        "worst": asdict(worst),
        "outputs": [asdict(each) for each in found],
        "tried": failures,
        "versions": {
            "fovea-mlops": __version__,
            "python": platform.python_version(),
            "torch": torch.__version__,
            "onnx": onnx.__version__,
            "onnxruntime": onnxruntime.__version__,
            "numpy": numpy.__version__,
        },
    }


def _is_memory(e: Exception) -> bool:
    return "can't allocate memory" in str(e) or "bad_alloc" in str(e) or "Cannot allocate memory" in str(e)


def _first_line(e: BaseException) -> str:
    lines = [line.strip() for line in str(e).splitlines() if line.strip()]
    named: Callable[[str], bool] = lambda line: "No ONNX function" in line or "unsupported" in line.lower()  # noqa: E731
    line = next(filter(named, lines), lines[0] if lines else type(e).__name__)
    return "".join(c if c.isprintable() else " " for c in line)[:400]
