"""Archives to export, and archives that want more than that."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import torch


class Reader(torch.nn.Module):
    """Reads an image row by row: Fovea's own exporter has no recurrent layer with tanh."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = torch.nn.RNN(8, 16, batch_first=True)
        self.head = torch.nn.Linear(16, 2)

    def forward(self, x):
        rows, _ = self.rows(x.squeeze(1))
        return self.head(rows[:, -1])


class Canary:
    """Leaves a file where it is unpickled."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self):
        return (open, (str(self.file), "w"))


@pytest.fixture(scope="session")
def archive(tmp_path_factory) -> Path:
    torch.manual_seed(1)
    file = tmp_path_factory.mktemp("archive") / "reader.pt2"
    batch = torch.export.Dim("batch", min=1, max=25)
    program = torch.export.export(Reader().eval(), (torch.randn(2, 1, 8, 8),), dynamic_shapes={"x": {0: batch}})
    torch.export.save(program, file)
    return file


@pytest.fixture
def canary(tmp_path) -> Path:
    return tmp_path / "canary"


@pytest.fixture
def pickled(canary) -> bytes:
    return pickle.dumps(Canary(canary))


@pytest.fixture
def torch_pickled(canary) -> bytes:
    buffer = io.BytesIO()
    torch.save(Canary(canary), buffer)
    return buffer.getvalue()


@pytest.fixture
def forged(archive, tmp_path) -> Callable:
    """A copy with some entries changed; a change is a function of the entry's JSON, or bytes, or None to drop it."""

    def forge(changes: dict, more: dict[str, bytes] | None = None, method: int = zipfile.ZIP_STORED) -> Path:
        file = tmp_path / "forged.pt2"
        with zipfile.ZipFile(archive) as old, zipfile.ZipFile(file, "w", method) as new:
            for info in old.infolist():
                name = info.filename.split("/", 1)[1]
                data = old.read(info)
                change = changes.get(name, data)
                if callable(change):
                    value = json.loads(data)
                    change(value)
                    change = json.dumps(value).encode()
                if change is not None:
                    new.writestr("reader/" + name, change)
            for name, data in (more or {}).items():
                new.writestr(name, data)
        return file

    return forge
