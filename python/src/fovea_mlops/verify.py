"""Asks the ONNX model and the PyTorch model the same questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .errors import ExportRefused

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Difference:
    """How far two outputs lie apart, over all questions.

    ``relative`` is the largest absolute difference as a share of the largest absolute value of the reference.
    """

    output: str
    absolute: float
    relative: float


def differences(
    ask_torch: Any,  # noqa: ANN401
    onnx_file: Path,
    questions: Sequence[tuple[torch.Tensor, ...]],
    tolerance: float,
) -> list[Difference]:
    """The largest difference of each output; raises ``ExportRefused`` where one is above the tolerance."""
    import onnxruntime
    import torch

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    session = onnxruntime.InferenceSession(str(onnx_file), options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    worst = dict.fromkeys(names, (0.0, 0.0))
    for question in questions:
        with torch.no_grad():
            wanted = _flat(ask_torch(*question))
        feeds = {i.name: t.detach().numpy() for i, t in zip(session.get_inputs(), question, strict=True)}
        answers = session.run(None, feeds)
        if len(answers) != len(wanted):
            raise ExportRefused(f"{len(answers)} outputs in ONNX for {len(wanted)} in PyTorch; export by hand")
        for name, answer, reference in zip(names, answers, wanted, strict=True):
            absolute, relative = _compared(name, np.asarray(answer), reference)
            worst[name] = (max(worst[name][0], absolute), max(worst[name][1], relative))
    found = [Difference(name, *worst[name]) for name in names]
    for each in found:
        if not each.relative <= tolerance:
            raise ExportRefused(
                f"output {each.output!r} differs by {each.relative:.2e} of its largest value (allowed: "
                f"{tolerance:.0e}); "
                "call model.eval() before export, and look for operators whose ONNX form differs"
            )
    return found


def _compared(name: str, answer: np.ndarray[Any, Any], reference: np.ndarray[Any, Any]) -> tuple[float, float]:
    if answer.shape != reference.shape:
        raise ExportRefused(f"output {name!r} has the shape {answer.shape} for {reference.shape}; export by hand")
    a, b = answer.astype(np.float64), reference.astype(np.float64)
    finite = np.isfinite(b)
    if not np.array_equal(finite, np.isfinite(a)) or not np.array_equal(a[~finite], b[~finite], equal_nan=True):
        raise ExportRefused(f"output {name!r} is not finite at other places than PyTorch's; export by hand")
    if not finite.any():
        return 0.0, 0.0
    absolute = float(np.abs(a[finite] - b[finite]).max())
    scale = float(np.abs(b[finite]).max())
    return absolute, absolute / scale if scale > 0 else absolute


def _flat(answer: Any) -> list[np.ndarray[Any, Any]]:  # noqa: ANN401
    import torch
    from torch.utils import _pytree as pytree

    leaves, _ = pytree.tree_flatten(answer)
    return [leaf.detach().cpu().numpy() for leaf in leaves if isinstance(leaf, torch.Tensor)]
