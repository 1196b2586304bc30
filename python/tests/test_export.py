"""What the job does from a file to a model and a report."""

from __future__ import annotations

import json
import struct
import subprocess
import sys

import numpy as np
import onnxruntime
import pytest
import torch

from fovea_mlops import ExportRefused
from fovea_mlops.recording import read
from fovea_mlops.verify import differences


def build():
    torch.manual_seed(3)
    return torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(12, 3))


def test_writes_a_model_that_answers_as_pytorch_does(archive, tmp_path):
    ended = run("export", str(archive), "--out", str(tmp_path))
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("confined; dynamo: ")
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["exporter"] == "dynamo"
    assert report["opset"] == 20
    assert report["questions"] == 8
    assert 0 <= report["worst"]["relative"] < 1e-5
    assert report["versions"]["torch"] == torch.__version__
    x = torch.randn(5, 1, 8, 8)
    wanted = torch.export.load(archive).module()(x).detach().numpy()
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx")
    assert np.allclose(session.run(None, {session.get_inputs()[0].name: x.numpy()})[0], wanted, atol=1e-5)


def test_exports_a_callable_of_ones_own(tmp_path):
    ended = run("export", "test_export:build", "--input", "2,1,3,4", "--out", str(tmp_path), cwd=__file__)
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "model.onnx").exists()


def test_asks_what_was_recorded_as_well(archive, tmp_path):
    recorded = tmp_path / "recording.safetensors"
    write(recorded, {"inputs.x": np.ones((3, 1, 8, 8), np.float32), "outputs.0": np.zeros((3, 2), np.float32)})
    ended = run("export", str(archive), "--out", str(tmp_path), "--recorded", str(recorded))
    assert ended.returncode == 0, ended.stderr
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["recorded"] is True
    assert report["questions"] == 9


def test_refuses_a_model_whose_answers_differ(archive, tmp_path):
    assert run("export", str(archive), "--out", str(tmp_path)).returncode == 0
    with pytest.raises(ExportRefused, match="differs by"):
        differences(lambda x: torch.zeros(2, 2) + 9, tmp_path / "model.onnx", [(torch.randn(2, 1, 8, 8),)], 1e-3)
    with pytest.raises(ExportRefused, match="not finite at other places"):
        differences(lambda x: torch.full((2, 2), torch.nan), tmp_path / "model.onnx", [(torch.ones(2, 1, 8, 8),)], 1e-3)
    with pytest.raises(ExportRefused, match="has the shape"):
        differences(lambda x: torch.zeros(2, 3), tmp_path / "model.onnx", [(torch.ones(2, 1, 8, 8),)], 1e-3)


def test_says_in_one_line_why_it_refuses(forged, torch_pickled, tmp_path, canary):
    file = forged({}, {"reader/data/weights/model.pt": torch_pickled})
    ended = run("export", str(file), "--out", str(tmp_path))
    assert ended.returncode == 4
    assert ended.stderr.startswith("weights are a pickle, as PyTorch 2.8 and older write them; save it again")
    assert len(ended.stderr.splitlines()) == 1
    assert not canary.exists()
    assert not (tmp_path / "model.onnx").exists()


def test_names_the_operator_that_has_no_onnx_form(tmp_path):
    class Distances(torch.nn.Module):
        def forward(self, x):
            return torch.special.bessel_j0(x)

    file = tmp_path / "distances.pt2"
    torch.export.save(torch.export.export(Distances(), (torch.randn(2, 4),)), file)
    ended = run("export", str(file), "--out", str(tmp_path))
    assert ended.returncode == 4
    assert "bessel_j0" in ended.stderr


def test_is_locked_in_while_it_reads_a_strangers_file(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("token")
    allowed = tmp_path / "allowed"
    allowed.mkdir()
    program = f"""
import subprocess, socket, sys
from pathlib import Path
from fovea_mlops.confine import confine
if not confine([], [Path({str(allowed)!r})]):
    sys.exit(9)
for act in (lambda: open({str(secret)!r}), lambda: open("/etc/shadow"), lambda: open({str(tmp_path / "new")!r}, "w")):
    try:
        act()
    except PermissionError:
        continue
    sys.exit("a door is open")
assert subprocess.run(["cat", {str(secret)!r}], capture_output=True).returncode != 0
Path({str(allowed)!r}, "file").write_text("x")
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr or "the kernel has no Landlock"


def test_reads_no_recording_that_lies(tmp_path):
    file = tmp_path / "x"
    for data in (b"", struct.pack("<Q", 1 << 60), struct.pack("<Q", 2) + b"[]",
                 bytes_of({"inputs.x": {"dtype": "F32", "shape": [4], "data_offsets": [0, 1 << 40]}})):  # fmt: skip
        file.write_bytes(data)
        with pytest.raises(ExportRefused, match="no readable recording"):
            read(file)


def bytes_of(header: dict) -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text


def write(file, tensors):
    header, body = {}, b""
    for name, tensor in tensors.items():
        header[name] = {
            "dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(body), len(body) + tensor.nbytes],
        }  # fmt: skip
        body += tensor.tobytes()
    file.write_bytes(bytes_of(header) + body)


def run(*arguments, cwd=None):
    folder = None if cwd is None else str(__import__("pathlib").Path(cwd).parent)
    return subprocess.run(
        [sys.executable, "-m", "fovea_mlops", *arguments], capture_output=True, text=True, check=False, cwd=folder
    )
