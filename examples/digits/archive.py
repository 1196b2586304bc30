"""Writes models and recorded tensors so that their bytes tell nothing about the machine."""

import io
import json
import pathlib
import struct
import zipfile

import torch

# What torch.export records about the source code: stack traces with the exporter's file paths.
TRACES = {"stack_trace", "from_node", "nn_module_stack", "source_fn_stack", "torch_fn"}


def save_archive(program: torch.export.ExportedProgram, path: pathlib.Path) -> None:
    """torch.export.save without the traces, every entry stored and dated 1980-01-01."""
    saved = io.BytesIO()
    torch.export.save(program, saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if "/models/" in name and name.endswith(".json"):
                content = json.dumps(without_traces(json.loads(content))).encode()
            target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)


def without_traces(value):
    if isinstance(value, dict):
        return {k: without_traces(v) for k, v in value.items() if k not in TRACES}
    if isinstance(value, list):
        return [without_traces(v) for v in value]
    return value


def save_tensors(path: pathlib.Path, tensors: dict[str, torch.Tensor]) -> None:
    """The safetensors format: header length as a little-endian u64, JSON header, raw float32."""
    header, body = {}, b""
    for name, tensor in tensors.items():
        raw = tensor.contiguous().numpy().astype("<f4").tobytes()
        offsets = [len(body), len(body) + len(raw)]
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": offsets}
        body += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)
