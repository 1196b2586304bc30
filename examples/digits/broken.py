"""Writes two tiny models that Fovea refuses, for the README's "try to break it".

    python broken.py broken
"""

import pathlib
import sys

import torch
from torch import nn

from archive import save_archive, save_tensors
from train import export


class Tiny(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.bn, self.head = nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.Linear(4, 10)

    def activation(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(x)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.activation(self.bn(self.conv(x))).mean((2, 3)))


class Bessel(Tiny):
    """Uses an operator that ONNX does not have."""

    def activation(self, x: torch.Tensor) -> torch.Tensor:
        return torch.special.bessel_j0(x)


def main(out: pathlib.Path) -> None:
    torch.set_num_threads(1)
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    inputs = torch.rand(32, 1, 28, 28) * 2 - 1
    with torch.no_grad():
        unknown = Bessel().eval()
        write(unknown, inputs, unknown(inputs), out / "unknown-operator")
        # The usual mistake: the outputs are recorded before eval(), so batch norm used the batch.
        disagreeing = Tiny()
        recorded = disagreeing(inputs)
        write(disagreeing.eval(), inputs, recorded, out / "disagreeing")


def write(model: nn.Module, inputs: torch.Tensor, outputs: torch.Tensor, path: pathlib.Path) -> None:
    save_archive(export(model, inputs), path.with_suffix(".pt2"))
    save_tensors(
        path.with_name(path.name + ".safetensors"), {"inputs.x": inputs, "outputs.0": outputs}
    )


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
