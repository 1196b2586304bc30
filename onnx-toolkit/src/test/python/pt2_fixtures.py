"""Writes tiny .pt2 archives, raw and decomposed, with inputs and the outputs PyTorch computed.

    python pt2_fixtures.py ../resources/dev/fovea/onnx/export

Each model is exported with two samples a batch and recorded with other batch sizes, where its batch
is dynamic. Weights are random with fixed seeds; what starts at zero or one is made random too, so
that nothing is compared with nothing.
"""

import json
import pathlib
import sys

import torch
from torch import nn
from torch.nn import functional as F


class ConvNet(nn.Module):
    """Convolution, batch norm, in-place relu, pooling, dropout, linear."""

    example = (2, 1, 8, 8)

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3, padding=1)
        self.bn = nn.BatchNorm2d(4)
        self.drop = nn.Dropout(0.5, inplace=True)
        self.fc = nn.Linear(64, 5)

    def forward(self, x):
        x = F.relu_(self.bn(self.conv(x)))
        x = F.max_pool2d(x, 2)
        return self.fc(self.drop(torch.flatten(x, 1)))


class Residual(nn.Module):
    """In-place addition, concatenation, hardswish and squeeze-and-excitation, global pooling."""

    example = (2, 3, 6, 6)

    def __init__(self):
        super().__init__()
        self.one = nn.Conv2d(3, 4, 1, bias=False)
        self.two = nn.Conv2d(4, 4, 3, padding=1, groups=2)
        self.squeeze = nn.Conv2d(4, 4, 1)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.act = nn.Hardswish(inplace=True)
        self.gate = nn.Hardsigmoid()

    def forward(self, x):
        y = self.one(x)
        z = self.two(y)
        z += y
        z = self.act(z)
        z = z * self.gate(self.squeeze(self.pool(z)))
        z = torch.cat([z, y, x], dim=1)
        return {"pooled": self.pool(z).flatten(1), "mean": z.mean([2, 3], keepdim=True)}


class Gates(nn.Module):
    """Activations; each is one column of the output."""

    example = (2, 7)

    def forward(self, x):
        y = x * 3
        return torch.cat(
            [
                F.silu(y), F.gelu(y), F.gelu(y, approximate="tanh"), F.softmax(y, 1),
                F.log_softmax(y, dim=-1), torch.sigmoid(y), torch.tanh(y), F.relu6(y),
                F.hardtanh(y, -0.5, 2), F.leaky_relu(y, 0.3), y.clamp(min=-1), F.mish(y),
                torch.erf(y), y.abs().sqrt(), y.exp(), -y, y.floor(), y.ceil(), 1 / y, y ** 2, y.abs() ** 1.5,
            ],
            dim=1,
        )


class Pools(nn.Module):
    """Pooling with ceil mode, padding, strides, dilation and divisors on an odd size."""

    example = (2, 1, 9, 12)

    def forward(self, x):
        return (
            F.max_pool2d(x, 3, 2, ceil_mode=True),
            F.max_pool2d(x, 3, 2, padding=1, ceil_mode=True),
            F.max_pool2d(x, (2, 3), (4, 2), ceil_mode=True),
            F.max_pool2d(x, 2, 5, padding=1, ceil_mode=True),
            F.max_pool2d(x, 2, 1, dilation=2),
            F.avg_pool2d(x, 3, 2, padding=1),
            F.avg_pool2d(x, 3, 2, padding=1, count_include_pad=False),
            F.avg_pool2d(x, 2, 2, ceil_mode=True),
            F.avg_pool2d(x, 3, 3, divisor_override=4),
            F.adaptive_avg_pool2d(x, (3, 4)),
            F.adaptive_avg_pool2d(x, (None, 1)),
            F.max_pool2d(x[0], 2),
        )


class Convolutions(nn.Module):
    """Dilation, groups, "same" padding, transposed and one-dimensional convolutions."""

    example = (2, 4, 7, 6)

    def __init__(self):
        super().__init__()
        self.dilated = nn.Conv2d(4, 4, 3, stride=2, padding=(2, 1), dilation=2, groups=2)
        self.same = nn.Conv2d(4, 2, (2, 4), padding="same")
        self.up = nn.ConvTranspose2d(4, 3, 3, stride=2, padding=1, output_padding=1)
        self.line = nn.Conv1d(4, 3, 3, padding=1)
        self.weight = nn.Parameter(torch.empty(2, 4, 3, 3).to(memory_format=torch.channels_last))

    def forward(self, x):
        return (
            self.dilated(x),
            self.same(x),
            self.up(x),
            self.line(x[:, :, 0]),
            F.conv2d(x, self.weight),
            self.line(x[0, :, 1]),
        )


class Shapes(nn.Module):
    """Views, permutations, splits, joins; sizes that depend on the batch."""

    example = (2, 4, 6)

    def forward(self, x):
        a, b = x.split([1, 3], dim=1)
        c, d = x.chunk(2, dim=2)
        joined = torch.cat([c.transpose(1, 2).contiguous(), d.permute(0, 2, 1)], 1)
        return (
            joined.reshape(x.shape[0], 2, -1).squeeze(3 - 2),
            x.view(x.shape[0] * 4, 6).t().clone(),
            torch.cat([a.unsqueeze(-1).squeeze((1, 3)), b[:, 1]], 1),
            x[:, 1:3, ::2].unflatten(1, (2, 1)) + x.shape[0],
            x[:, -1, 2:].to(torch.int32),
            x.sum((0, 1)),
        )


class Arithmetic(nn.Module):
    """Alpha, scalars on both sides, mixed types, rounding modes, values that become NaN."""

    example = (2, 5)

    def __init__(self):
        super().__init__()
        self.register_buffer("whole", torch.tensor([-7, -2, 1, 2, 9]), persistent=False)

    def forward(self, x):
        i = (x * 4).to(torch.int64)
        return {
            "alpha": torch.add(x, x * x, alpha=2) - torch.sub(x, 3, alpha=0.5),
            "mixed": x + self.whole + 1,
            "reverse": 2 - x,
            "ratio": self.whole / 3 + x,
            "floored": torch.div(i, self.whole, rounding_mode="floor"),
            "cut": torch.div(i, self.whole, rounding_mode="trunc"),
            "real_floor": torch.div(x, 0.3, rounding_mode="floor"),
            "real_cut": torch.div(x, 0.3, rounding_mode="trunc"),
            "undefined": torch.log(x) + torch.sqrt(x),
            "integers": i.sum(1) + i.amax(1) - i.amin(1),
        }


class Products(nn.Module):
    """Linear layers on more axes, plain products, tied weights, layer norm."""

    example = (2, 3, 4)

    def __init__(self):
        super().__init__()
        self.up = nn.Linear(4, 6)
        self.down = nn.Linear(6, 4, bias=False)
        self.tied = nn.Linear(6, 4, bias=False)
        self.tied.weight = self.down.weight
        self.norm = nn.LayerNorm(4)
        self.bare = nn.LayerNorm((3, 4), elementwise_affine=False)
        self.table = nn.Parameter(torch.empty(4, 4))

    def forward(self, x):
        h = self.up(x)
        y = self.norm(self.down(h) + self.tied(h))
        row = x[:, 0]
        return (
            self.bare(y),
            torch.bmm(x, x.transpose(1, 2)),
            torch.matmul(x, self.table),
            torch.addmm(self.table[0], row, self.table, beta=0.5, alpha=2.0),
            torch.mm(row, self.table.t()),
            F.linear(row, self.table),
        )


class Mutations(nn.Module):
    """In-place operators on a value with other names."""

    example = (2, 6)

    def forward(self, x):
        y = x * 2
        z = y.detach()
        y.add_(1)
        w = y * 1
        w.mul_(3).relu_()
        return z, w


FIXED_BATCH = (Convolutions, Products)
MODELS = (ConvNet, Residual, Gates, Pools, Convolutions, Shapes, Arithmetic, Products, Mutations)


def randomise(model):
    generator = torch.Generator().manual_seed(7)
    with torch.no_grad():
        for tensor in model.state_dict().values():
            if tensor.is_floating_point():
                tensor.copy_(torch.rand(tensor.shape, generator=generator) * 0.8 - 0.4)
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.running_var.abs_().add_(0.5)


def without_paths(program):
    """Drops the stack traces, which hold the paths of this machine."""
    for node in program.graph.nodes:
        for key in ("stack_trace", "from_node", "source_fn_stack"):
            node.meta.pop(key, None)
    return program


def tensor(value):
    return {
        "type": str(value.dtype).removeprefix("torch."),
        "shape": list(value.shape),
        "values": [str(each) for each in value.detach().reshape(-1).numpy()],
    }


def outputs(result):
    if isinstance(result, dict):
        return list(result.values())
    return list(result) if isinstance(result, tuple) else [result]


def main(folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for kind in MODELS:
        name = kind.__name__.lower()
        model = kind().eval()
        randomise(model)
        dynamic = kind not in FIXED_BATCH
        shapes = {"x": {0: torch.export.Dim("batch", min=1, max=64)}} if dynamic else None
        program = torch.export.export(model, (torch.zeros(kind.example),), dynamic_shapes=shapes)
        torch.export.save(without_paths(program), folder / f"{name}.raw.pt2")
        decomposed = without_paths(program.run_decompositions())
        torch.export.save(decomposed, folder / f"{name}.decomposed.pt2")
        cases = []
        generator = torch.Generator().manual_seed(11)
        for batch in (2, 1, 3) if dynamic else (2,):
            x = torch.randn((batch, *kind.example[1:]), generator=generator)
            with torch.no_grad():
                result = outputs(model(x.clone()))
            cases.append({"x": tensor(x), "outputs": [tensor(each) for each in result]})
        text = json.dumps(cases, separators=(",", ":"))
        (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


main(sys.argv[1])
