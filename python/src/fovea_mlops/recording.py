"""Reads Fovea's recordings: safetensors files with ``inputs.<name>`` and ``outputs.<position>``, one batch."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np

from .errors import ExportRefused

_MAX_BYTES = 256 << 20
_MAX_HEADER = 1 << 20
_TYPES = {"F32": np.float32, "F64": np.float64, "I64": np.int64, "I32": np.int32, "U8": np.uint8, "BOOL": np.bool_}


def read(file: Path) -> dict[str, np.ndarray[Any, Any]]:
    """Every tensor by its name; no code is in such a file."""
    if file.stat().st_size > _MAX_BYTES:
        raise ExportRefused(f"recording of {file.stat().st_size} bytes (expected: {_MAX_BYTES} at most)")
    data = file.read_bytes()
    try:
        (length,) = struct.unpack_from("<Q", data)
        if length > min(_MAX_HEADER, len(data) - 8):
            raise ValueError(f"a header of {length} bytes")
        header = json.loads(data[8 : 8 + length])
        body = memoryview(data)[8 + length :]
        tensors = {}
        for name, about in header.items():
            if name == "__metadata__":
                continue
            begin, end = about["data_offsets"]
            if not 0 <= begin <= end <= len(body):
                raise ValueError(f"tensor {name!r} outside the file")
            tensors[name] = np.frombuffer(body[begin:end], _TYPES[about["dtype"]]).reshape(about["shape"])
    except (struct.error, ValueError, KeyError, TypeError, AttributeError) as e:
        raise ExportRefused(f"no readable recording: {e}; record it as Fovea's digits example does") from None
    return tensors


def inputs(file: Path) -> list[np.ndarray[Any, Any]]:
    """The inputs, by the names' order in the file."""
    return [tensor for name, tensor in read(file).items() if name.startswith("inputs.")]
