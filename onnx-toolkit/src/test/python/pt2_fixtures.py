"""Writes tiny .pt2 archives, raw and decomposed, with inputs and the outputs PyTorch computed.

    python pt2_fixtures.py ../resources/dev/fovea/onnx/export [MODEL…]

Each model is exported with two samples a batch and recorded with other batch sizes, where its batch
is dynamic. Weights are random with fixed seeds; what starts at zero or one is made random too, so
that nothing is compared with nothing. With models named, only those are written again.
"""

import gzip
import importlib
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


class Attention(nn.Module):
    """Scaled products with each kind of mask, a row that may see nothing, grouped heads, a scale."""

    example = (2, 4, 3, 4)

    def __init__(self):
        super().__init__()
        keep = torch.ones(3, 3, dtype=torch.bool).tril()
        keep[1] = False
        self.register_buffer("keep", keep)
        self.register_buffer("bias", torch.empty(4, 3, 3))
        closed = torch.zeros(3, 3)
        closed[2] = float("-inf")
        self.register_buffer("closed", closed, persistent=False)

    def forward(self, x):
        k = x * 0.7 + 0.1
        v = x.flip(-1)
        attend = F.scaled_dot_product_attention
        return (
            attend(x, k, v),
            attend(x, k, v, attn_mask=self.keep),
            attend(x, k, v, attn_mask=self.bias + self.closed),
            attend(x, k, v, attn_mask=x[:, :1, :, :3] > 0),
            attend(x[:, :, :2], k, v, is_causal=True),
            attend(x, k, v, scale=0.3),
            attend(x, k[:, :2], v[:, :2], enable_gqa=True),
            attend(x[0], k[0], v[0], is_causal=True),
        )


class Indexing(nn.Module):
    """Tables, several indices next to each other and apart, masks, scattering, gathering."""

    example = (2, 3, 4)

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(5, 3)
        self.register_buffer("i", torch.tensor([[0, 2], [1, -1]]))
        self.register_buffer("j", torch.tensor([3, 0]))
        self.register_buffer("mask", torch.tensor([[True, False, True, True]] * 2 + [[False] * 4]))

    def forward(self, x):
        whole = (x * 2).long().remainder(5)
        put = x.clone()
        put[:, self.j.remainder(3), 1] = 7.0
        summed = x[0].index_put((self.j.remainder(2), self.j), torch.ones(1), accumulate=True)
        filled = x.clone()
        filled[x > 0.5] = -1.0
        wide = (x.sum(1, keepdim=True) > 0).long() + torch.zeros(1, 1, 4, dtype=torch.long)
        return {
            "embedded": self.table(whole),
            "one": x[:, self.i],
            "beside": x[:, self.i, self.j],
            "apart": x[self.j.remainder(1), :, self.j],
            "masked": x[:, self.mask],
            "number": x[:, -1][:, self.j],
            "put": put,
            "summed": summed,
            "filled": filled,
            "masked_fill": x.masked_fill(x < 0, -2).masked_fill_(self.mask, 0.25),
            "selected": x.index_select(1, self.j.remainder(3)),
            "gathered": x.gather(1, wide),
            "along": torch.take_along_dim(x, self.i[:1, :1, None], 2),
            "taken": x[:1].take(self.i),
            "scattered": x.scatter(1, wide, x * 2),
            "scattered_value": x.scatter(1, wide, 4.0),
            "scattered_sum": x.scatter_add(1, wide, x),
            "scattered_most": x.scatter_reduce(1, wide, x * 3, "amax"),
            "copied": x.index_copy(1, self.j.remainder(3), x[:, :2] * 5),
            "added": x.index_add(1, self.j.remainder(3), x[:, :2], alpha=0.5),
            "slices": torch.slice_scatter(x, x[:, :1] * 9, 1, 1, 2),
            "every_second": torch.slice_scatter(x, x[:, :, :2] * 9, 2, 0, 4, 2),
            "select": torch.select_scatter(x, x[:, 0] * 9, 1, -1),
            "triangle": x.tril(1) + x.triu(-1),
        }


class Constants(nn.Module):
    """Tensors made of numbers and sizes, some of them of the batch."""

    example = (2, 3)

    def forward(self, x):
        n = x.shape[0]
        rows, columns = torch.meshgrid(torch.arange(3), torch.arange(2) * 2, indexing="ij")
        across, down = torch.meshgrid(torch.arange(n).float(), torch.linspace(0, 1, 3), indexing="xy")
        grid = torch.zeros(4, 4)
        for count, (a, b) in enumerate([(0, 0), (0, 2), (2, 0), (2, 2)]):
            grid[a : a + 2, b : b + 2] = count
        return {
            "zeros": x + torch.zeros(n, 3) + x.new_ones(3) - torch.full((1,), 0.5),
            "like": torch.full_like(x.int(), 3.7) + torch.ones_like(x) * torch.zeros_like(x[:1]),
            "ranges": torch.arange(n) + torch.arange(1, 1 + n) * 2,
            "steps": torch.arange(5, -1, -2).float() + torch.arange(0, 1.5, 0.5),
            "lines": torch.linspace(-1, 2, 7),
            "eye": torch.eye(3)[:2] @ torch.eye(3, 4),
            "rows": rows * 10 + columns,
            "across": across + down,
            "grid": grid.unsqueeze(0) - grid.t().unsqueeze(1),
            "new": x.new_full((n, 2), 2) + x.new_zeros((n, 1)),
            "large": torch.full((2,), 9007199254740993) + (x[0, 0] * 0).long(),
        }


class Orders(nn.Module):
    """Reductions, orders and norms."""

    example = (2, 3, 4)

    def forward(self, x):
        values, places = x.max(dim=1)
        least, where = x.min(dim=-1, keepdim=True)
        top, at = x.topk(2, dim=2)
        low, low_at = x.topk(1, dim=1, largest=False)
        ordered, order = x.sort(dim=1, descending=True)
        variance, mean = torch.var_mean(x, dim=(1, 2))
        return {
            "max": values, "places": places, "min": least, "where": where, "top": top, "at": at,
            "low": low + low_at, "ordered": ordered, "order": order, "argsort": x.argsort(2),
            "argmax": x.argmax() + x.argmax(1, keepdim=True) - x.argmin(2)[:, :1].unsqueeze(1),
            "ends": x.max() - x.min() + x.amax((1, 2)),
            "any": (x > 1).any(1, keepdim=True).int() + (x > -2).all(2, keepdim=True).int() + (x > 9).any().int(),
            "variance": variance, "mean": mean, "std": x.std(1, unbiased=False), "var": x.var(),
            "unset": x[:, :1].var(1), "cumulated": x.cumsum(1) + (x > 0).cumsum(2),
            "two": torch.linalg.vector_norm(x, dim=1), "one": torch.linalg.vector_norm(x, 1, 2),
            "most": torch.linalg.vector_norm(x, float("inf"), (1, 2)),
            "three": torch.linalg.vector_norm(x, 3, 1, keepdim=True), "old": x.norm(dim=2),
            "unit": F.normalize(x, dim=-1), "product": x.prod(1), "log": x.logsumexp((1,)),
        }


class Functions(nn.Module):
    """Two numbers into one, truth values, single bits."""

    example = (2, 6)

    def forward(self, x):
        i = (x * 4).int()
        some = x > 0
        other = i > 1
        return {
            "fmod": torch.fmod(x, 0.7), "fmod_of": torch.fmod(x, -x.flip(1)), "whole_fmod": torch.fmod(i, 3),
            "rest": torch.remainder(x, 0.7), "rest_of": torch.remainder(x, -x.flip(1)),
            "whole_rest": torch.remainder(i, -3), "floor": i // 3 + (x // 0.5).int(),
            "power": x.abs() ** x, "base": 2**x, "root": x.abs().rsqrt(), "square": x.square(),
            "waves": torch.sin(x) + torch.cos(x) * torch.tan(x * 0.1) + torch.atan(x), "sign": torch.sign(x) + torch.sign(i),
            "most": torch.maximum(x, x.flip(1)), "least": torch.minimum(i, i.flip(1)),
            "clamped": x.clamp_min(-0.5).clamp_max(0.9) + torch.clamp(x, min=x.flip(1) * 0.5),
            "logic": (some & other).int() + (some | other).int() * 2 + (some ^ other).int() * 4 + (~some).int() * 8,
            "words": torch.logical_and(i, some).int() + torch.logical_or(some, other).int() + torch.logical_xor(x, other).int(),
            "bits": (i & 3) + (i | 8) + (i ^ 1) + ~i,
            "chosen": torch.where(some, 1.5, x) + torch.where(other, x, 0) + torch.where(some, 2, 3),
            "odd": torch.isnan(torch.log(x)).int() + torch.isinf(1 / (x * 0)).int(),
            "logs": torch.log2(x.abs()) + torch.log10(x.abs()) + torch.exp2(x),
        }


class Views(nn.Module):
    """Axes repeated, moved, taken apart; elements rolled and turned round."""

    example = (2, 3, 4)

    def forward(self, x):
        a, b, c = x.unbind(1)
        d, e = torch.tensor_split(x, 2, dim=1)
        return {
            "expanded": x[:, :1].expand(-1, 3, -1) + a.unsqueeze(1).expand_as(x) + x[:1, :1, :1].expand(x.shape[0], 2, 3, 4)[:, 0],
            "repeated": x.repeat(1, 2, 1).sum(2) + a.repeat(2, 1, 2)[0, :, :6],
            "interleaved": x.repeat_interleave(2, dim=1), "flat": x[0].repeat_interleave(3),
            "tiled": x.tile(2, 1)[:, :, :1],
            "rolled": x.roll((1, -5), (1, 2)) + x.roll(1, 1), "all_rolled": x[0].roll(5),
            "turned": x.flip((1, 2)), "stacked": torch.stack([a, b, c], -1), "last": b + c,
            "parts": d[:, :1] - e, "moved": x.movedim(1, -1) + x.movedim((1, 2), (2, 1)), "mt": x.mT,
            "narrow": x.narrow(2, 1, 2) + x.narrow(1, -2, 1)[..., :2], "windows": x[0].contiguous().as_strided((2, 3), (4, 1), 1),
            "typed": x.type_as(x.int()) + x.to(x.long()), "swapped": x.swapaxes(1, 2),
        }


class Aliases(nn.Module):
    """Memory changed through views and read through others."""

    example = (2, 3, 4)

    def forward(self, x):
        slices = x * 1
        seen = slices[:, 0]
        slices[:, 1:] += seen.unsqueeze(1)
        seen *= 2
        turned = x * 1
        flat = turned.view(x.shape[0], 12)
        turned.transpose(1, 2)[:, 1] = 5.0
        flat[:, ::3].add_(1)
        parts = x * 1
        one, two = parts.split([1, 2], 1)
        two.mul_(3)
        one.copy_(two[:, :1] + parts[:, 2:])
        rows = x * 1
        for row in rows.unbind(1):
            row.clamp_(max=0.5)
        rows.permute(2, 0, 1)[-1].unsqueeze(0).fill_(0.25)
        masked = x * 1
        masked[:, 1].masked_fill_(x[:, 0] > 0, -1)
        copied = x.transpose(1, 2).reshape(x.shape[0], -1)
        copied.zero_()
        other = (x * 1).unsqueeze_(0)
        other.squeeze(0).sub_(1)
        return slices, seen, turned, flat, parts, two, rows, masked, x + copied.sum(), other


class Contractions(nn.Module):
    """Sums of products, and normalisation without a mean."""

    example = (2, 3, 4)

    def __init__(self):
        super().__init__()
        self.norm = nn.RMSNorm(4)
        self.bare = nn.RMSNorm((3, 4), eps=1e-3, elementwise_affine=False)
        self.q = nn.Parameter(torch.empty(4, 2, 3))

    def forward(self, x):
        heads = torch.einsum("b n d, d h e -> b h n e", x, self.q)
        weights = torch.einsum("bhie,bhje->bhij", heads, heads).softmax(-1)
        return {
            "attended": torch.einsum("...ij,...je", weights, heads),
            "added": torch.baddbmm(x[:, :, :3], x, x.transpose(1, 2), beta=0.5, alpha=2),
            "alone": torch.baddbmm(torch.full((1, 1, 1), float("nan")), x, x.transpose(1, 2), beta=0),
            "vector": torch.mv(x[0], self.q[:, 0, 0]) + torch.dot(x[0, 0], x[0, 1]),
            "norm": self.norm(x),
            "bare": self.bare(x),
        }


class Sizes(nn.Module):
    """Arithmetic on the size of the batch, which is even."""

    example = (4, 6)
    multiples = {0: 2}
    others = ((2, 6), (8, 6))

    def forward(self, x):
        n = x.shape[0]
        half = n // 2 + 1
        return (
            x[:half] * n,
            x.new_zeros(n * 2 - 1, torch.sym_max(n, 3)) + n % 3,
            torch.arange(n).view(n, 1).expand(n, half) * torch.sym_min(n, 3),
            x.reshape(-1, 3)[n:],
            x.unsqueeze(1).repeat(1, half, 1).flatten(0, 1),
        )


class Detr(nn.Module):
    """A transformer that answers learned queries, with positions made of rows and columns."""

    example = (2, 3, 8, 8)

    def __init__(self):
        super().__init__()
        self.backbone = nn.Conv2d(3, 8, 4, stride=4)
        self.transformer = nn.Transformer(8, 2, 1, 1, 16, dropout=0.0, batch_first=True)
        self.queries = nn.Parameter(torch.empty(5, 8))
        self.rows = nn.Parameter(torch.empty(4, 4))
        self.columns = nn.Parameter(torch.empty(4, 4))
        self.classes = nn.Linear(8, 4)
        self.boxes = nn.Linear(8, 4)

    def forward(self, x):
        h = self.backbone(x)
        height, width = h.shape[-2:]
        positions = torch.cat(
            [
                self.columns[:width].unsqueeze(0).repeat(height, 1, 1),
                self.rows[:height].unsqueeze(1).repeat(1, width, 1),
            ],
            -1,
        ).flatten(0, 1)
        memory = positions + h.flatten(2).transpose(1, 2)
        queries = self.queries.unsqueeze(0).expand(x.shape[0], -1, -1)
        h = self.transformer(memory, queries)
        return {"pred_logits": self.classes(h), "pred_boxes": self.boxes(h).sigmoid()}


class SegFormer(nn.Module):
    """Attention on keys of a coarser grid, a mix of convolution and linear layers, a class a pixel."""

    example = (2, 3, 8, 8)

    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.norm = nn.LayerNorm(8)
        self.reduce = nn.Conv2d(8, 8, 2, stride=2)
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.one = nn.Linear(8, 16)
        self.depthwise = nn.Conv2d(16, 16, 3, padding=1, groups=16)
        self.two = nn.Linear(16, 8)
        self.head = nn.Conv2d(8, 4, 1)

    def forward(self, x):
        h = self.patches(x)
        batch, channels, height, width = h.shape
        tokens = self.norm(h.flatten(2).transpose(1, 2))
        coarse = self.reduce(tokens.transpose(1, 2).reshape(batch, channels, height, width))
        coarse = coarse.flatten(2).transpose(1, 2)
        tokens = tokens + self.attention(tokens, coarse, coarse, need_weights=False)[0]
        h = self.one(tokens).transpose(1, 2).view(batch, 16, height, width)
        h = F.gelu(self.depthwise(h)).flatten(2).transpose(1, 2)
        tokens = tokens + self.two(h)
        logits = self.head(tokens.transpose(1, 2).reshape(batch, channels, height, width))
        return logits, logits.argmax(1)


class Mixer(nn.Module):
    """Linear layers across patches, then across channels."""

    example = (2, 3, 8, 8)

    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, 8, 4, stride=4)
        self.one = nn.LayerNorm(8)
        self.two = nn.LayerNorm(8)
        self.tokens = nn.Sequential(nn.Linear(4, 6), nn.GELU(), nn.Linear(6, 4))
        self.channels = nn.Sequential(nn.Linear(8, 16), nn.GELU(), nn.Linear(16, 8))
        self.head = nn.Linear(8, 3)

    def forward(self, x):
        h = self.patches(x).flatten(2).transpose(1, 2)
        h = h + self.tokens(self.one(h).transpose(1, 2)).transpose(1, 2)
        h = h + self.channels(self.two(h))
        return self.head(h.mean(1))


def tiny(name, example, make):
    """One of torchvision's architectures with next to no weights."""

    class Tiny(nn.Module):
        def __init__(self):
            super().__init__()
            self.model = make(importlib.import_module("torchvision.models"))

        def forward(self, x):
            return self.model(x)

    Tiny.__name__ = name
    Tiny.example = example
    return Tiny


Vit = tiny("Vit", (2, 3, 8, 8), lambda models: models.VisionTransformer(8, 4, 1, 2, 8, 16, num_classes=3))
Swin = tiny(
    "Swin",
    (2, 3, 14, 16),
    lambda models: models.SwinTransformer([2, 2], 8, [2], [2], [4, 4], num_classes=3),
)
SwinV2 = tiny(
    "SwinV2",
    (2, 3, 12, 16),
    lambda models: models.SwinTransformer(
        [2, 2], 8, [2], [2], [4, 4], num_classes=3,
        block=models.swin_transformer.SwinTransformerBlockV2,
        downsample_layer=models.swin_transformer.PatchMergingV2,
    ),
)
ConvNeXt = tiny(
    "ConvNeXt",
    (2, 3, 16, 16),
    lambda models: models.ConvNeXt(
        [models.convnext.CNBlockConfig(8, 12, 1), models.convnext.CNBlockConfig(12, None, 1)], num_classes=3
    ),
)
MaxVit = tiny(
    "MaxVit",
    (2, 3, 16, 16),
    lambda models: models.MaxVit((16, 16), 4, 4, [8], [1], 4, 0.0, num_classes=3),
)
MVit = tiny(
    "MVit",
    (1, 3, 4, 16, 16),
    lambda models: models.video.MViT(
        (16, 16), 4,
        [
            models.video.mvit.MSBlockConfig(1, 8, 16, [3, 3, 3], [3, 3, 3], [1, 1, 1], [1, 2, 2]),
            models.video.mvit.MSBlockConfig(2, 16, 16, [3, 3, 3], [3, 3, 3], [1, 2, 2], [1, 1, 1]),
        ],
        residual_pool=True, residual_with_cls_embed=False, rel_pos_embed=True,
        proj_after_attn=True, num_classes=3, patch_embed_kernel=(3, 7, 7),
        patch_embed_stride=(2, 4, 4), patch_embed_padding=(1, 3, 3),
    ),
)


class Resizes(nn.Module):
    """Factors and sizes, whole and fractional; corners aligned or not; integers."""

    example = (2, 1, 5, 7)

    def forward(self, x):
        one = x[:, :, :1]
        return (
            F.interpolate(x, scale_factor=2),
            F.interpolate(x, scale_factor=(1.7, 0.6)),
            F.interpolate(x, size=(8, 9)),
            F.interpolate(x, size=(8, 9), mode="nearest-exact"),
            F.interpolate(x, scale_factor=1.3, mode="nearest-exact"),
            F.interpolate(x, size=(9, 4), mode="bilinear"),
            F.interpolate(x, size=(9, 4), mode="bilinear", align_corners=True),
            F.interpolate(x, scale_factor=(1.7, 2.5), mode="bilinear"),
            F.interpolate(x, scale_factor=1.5, mode="bilinear", recompute_scale_factor=True),
            F.interpolate(x, size=(1, 3), mode="bilinear", align_corners=True),
            F.interpolate(one, size=(4, 4), mode="bilinear"),
            F.interpolate(x, size=(6, 10), mode="bicubic"),
            F.interpolate(x, scale_factor=1.6, mode="bicubic", align_corners=True),
            F.interpolate(x, size=(3, 3), mode="bilinear", antialias=True),
            F.interpolate(x, size=(9, 4), mode="bicubic", antialias=True),
            F.interpolate((x.abs() * 10).to(torch.uint8), size=(7, 3)).to(torch.int32),
        )


class Spatial(nn.Module):
    """A small U-Net whose height and width depend on the input."""

    example = (2, 3, 8, 12)
    multiples = {2: 4, 3: 4}
    others = ((1, 3, 4, 8), (3, 3, 8, 4))

    def __init__(self):
        super().__init__()
        self.down = nn.Conv2d(3, 4, 3, padding=1)
        self.norm = nn.GroupNorm(2, 4)
        self.deep = nn.Conv2d(4, 6, 3, padding=1)
        self.up = nn.ConvTranspose2d(6, 4, 2, 2)
        self.head = nn.Conv2d(8, 2, 1)

    def forward(self, x):
        skip = F.silu(self.norm(self.down(x)), inplace=True)
        deep = F.instance_norm(self.deep(F.max_pool2d(skip, 2)))
        context = F.adaptive_avg_pool2d(deep, 1)
        context = F.interpolate(context, size=deep.shape[-2:], mode="bilinear", align_corners=False)
        y = self.up(deep + context)
        return (
            self.head(torch.cat([skip, y], 1)),
            F.interpolate(deep, size=x.shape[-2:], mode="nearest"),
            F.interpolate(deep, scale_factor=2, mode="bilinear"),
            F.interpolate(deep, scale_factor=2.0),
            F.max_pool2d(x, 3, 2, ceil_mode=True),
            F.avg_pool2d(x, 3, 2, ceil_mode=True),
            F.adaptive_max_pool2d(x, 1),
            x.std((2, 3)),
        )


class Blocks(nn.Module):
    """Pixels that become channels and back, with a height and width that depend on the input."""

    example = (2, 4, 4, 6)
    multiples = {2: 2, 3: 2}
    others = ((1, 4, 8, 2), (3, 4, 2, 4))

    def forward(self, x):
        return F.pixel_unshuffle(x, 2), F.pixel_shuffle(x, 2), F.channel_shuffle(x, 2)


class Margins(nn.Module):
    """Each way to pad, one that depends on the size, and convolutions that pad by themselves."""

    example = (2, 2, 4, 6)

    def __init__(self):
        super().__init__()
        self.reflected = nn.Conv2d(2, 2, 3, padding=1, padding_mode="reflect")
        self.repeated = nn.Conv2d(2, 2, 3, padding=1, padding_mode="replicate")

    def forward(self, x):
        line = x[:, :, 0]
        return (
            self.reflected(x),
            self.repeated(x),
            F.pad(x, (1, 2, 3, 0), mode="reflect"),
            F.pad(x, (1, 2, 3, 0), mode="replicate"),
            F.pad(line, (2, 1), mode="reflect"),
            F.pad(line, (2, 1), mode="replicate"),
            F.pad(x, (-1, 1, 0, -2), value=2.5),
        )


class Circles(nn.Module):
    """Padding by the other end, which decomposed programs write as copies into an empty tensor."""

    example = (2, 2, 4, 6)

    def __init__(self):
        super().__init__()
        self.around = nn.Conv2d(2, 2, 3, padding=1, padding_mode="circular")

    def forward(self, x):
        return self.around(x), F.pad(x[:, :, 0], (2, 1), mode="circular")


class RoundedPools(nn.Module):
    """Ceil mode with padding, divisors and windows that would begin in the padding."""

    example = (2, 1, 8, 11)

    def forward(self, x):
        return (
            F.avg_pool2d(x, 3, 2, padding=1, ceil_mode=True),
            F.avg_pool2d(x, 3, 2, padding=1, ceil_mode=True, count_include_pad=False),
            F.avg_pool2d(x, (2, 3), 3, padding=(0, 1), ceil_mode=True),
            F.avg_pool2d(x, 3, 2, padding=1, ceil_mode=True, divisor_override=5),
            F.avg_pool2d(x, 3, 2, padding=1, divisor_override=-2),
            F.avg_pool2d(x, 2, 5, padding=1, ceil_mode=True),
            F.avg_pool2d(x, 1, 4, ceil_mode=True),
            F.max_pool2d(x, 2, 4, padding=1, ceil_mode=True),
            F.max_pool2d(x, 3, 4, padding=1, dilation=2, ceil_mode=True),
            F.avg_pool2d(x[0], 3, 2, ceil_mode=True),
            F.avg_pool1d(x[:, :, 0], 4, 3, padding=2, ceil_mode=True),
            F.max_pool1d(x[:, :, 0], 3, 2, padding=1, ceil_mode=True),
        )


class AdaptivePools(nn.Module):
    """Sizes that divide, that do not, that are kept and that are larger than the input."""

    example = (2, 2, 7, 10)

    def forward(self, x):
        line = x[:, :, 0]
        return (
            F.adaptive_avg_pool2d(x, (3, 4)),
            F.adaptive_avg_pool2d(x, (None, 4)),
            F.adaptive_avg_pool2d(x, (3, 1)),
            F.adaptive_avg_pool2d(x, (9, 13)),
            F.adaptive_avg_pool2d(x, (7, 10)),
            F.adaptive_avg_pool2d(x[0], (5, 5)),
            F.adaptive_avg_pool1d(line, 4),
            F.adaptive_max_pool2d(x, (3, 4)),
            F.adaptive_max_pool2d(x, (7, 5)),
            F.adaptive_max_pool2d(x, (1, 3)),
            F.adaptive_max_pool2d(x, 1),
            F.adaptive_max_pool1d(line, 4),
        )


class Volumes(nn.Module):
    """Three spatial axes: convolutions, pooling, resizing, normalisation."""

    example = (2, 2, 3, 4, 5)

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv3d(2, 2, 3, stride=(1, 2, 2), padding=1)
        self.bn = nn.BatchNorm3d(2)
        self.up = nn.ConvTranspose3d(2, 1, 2, stride=2)
        self.same = nn.Conv3d(2, 1, (2, 1, 3), padding="same")

    def forward(self, x):
        y = F.relu(self.bn(self.conv(x)), inplace=True)
        return (
            self.up(y),
            self.same(x),
            F.max_pool3d(x, 3, 2, padding=1),
            F.max_pool3d(x, (1, 3, 3), (1, 2, 2), ceil_mode=True),
            F.avg_pool3d(x, 2, 2, ceil_mode=True),
            F.avg_pool3d(x, (2, 3, 3), (1, 2, 2), padding=(0, 1, 1)),
            F.adaptive_avg_pool3d(x, 1).flatten(1),
            F.adaptive_avg_pool3d(x, (3, 2, 4)),
            F.adaptive_max_pool3d(x, (3, 2, 3)),
            F.interpolate(y, scale_factor=2),
            F.interpolate(y, size=(3, 4, 5), mode="trilinear"),
        )


class Lines(nn.Module):
    """One spatial axis, and samples without a batch."""

    example = (2, 4, 9)

    def __init__(self):
        super().__init__()
        self.up = nn.ConvTranspose1d(4, 2, 3, stride=2, padding=1, output_padding=1, groups=2)
        self.same = nn.Conv1d(4, 3, 4, padding="same", dilation=2)

    def forward(self, x):
        return (
            self.up(x),
            self.same(x),
            self.up(x[0]),
            F.interpolate(x, size=13),
            F.interpolate(x, scale_factor=1.5, mode="linear"),
            F.interpolate(x, size=4, mode="linear", align_corners=True),
            F.interpolate(x, size=13, mode="nearest-exact"),
            x.unfold(2, 3, 2),
            x.unfold(1, 2, 1),
        )


class Statistics(nn.Module):
    """Normalisation by what is normalised; variances, deviations and norms."""

    example = (2, 6, 3, 4)

    def __init__(self):
        super().__init__()
        self.groups = nn.GroupNorm(3, 6)
        self.bare = nn.GroupNorm(2, 6, affine=False)
        self.instances = nn.InstanceNorm2d(6, affine=True)
        self.kept = nn.InstanceNorm2d(6, affine=True, track_running_stats=True)

    def forward(self, x):
        return (
            self.groups(x),
            self.bare(x[:, :, 0, 0]),
            self.instances(x),
            self.kept(x),
            F.instance_norm(x[:, :, 0]),
            x.var((2, 3)),
            x.std(1, keepdim=True, correction=0),
            x.std((1, 2, 3), unbiased=False),
            torch.var_mean(x, 3, correction=2)[0],
            torch.std_mean(x, (2, 3), keepdim=True)[1],
            x / torch.linalg.vector_norm(x, dim=1, keepdim=True),
            torch.linalg.vector_norm(x, 1, (2, 3)),
            torch.linalg.vector_norm(x, float("inf"), -1),
            torch.linalg.vector_norm(x, 3, 1),
            torch.logsumexp(x * 50, (1, 2)),
            x.prod(1),
            x.amax((2, 3), keepdim=True),
        )


class Unnormed(nn.Module):
    """Batch norm that keeps no statistics, so that the batch decides."""

    example = (2, 3, 2, 4)

    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm2d(3, track_running_stats=False)

    def forward(self, x):
        return self.norm(x)


class Rectified(nn.Module):
    """Activations with two sides; each is one column of the output."""

    example = (2, 7)

    def __init__(self):
        super().__init__()
        self.one = nn.PReLU()
        self.each = nn.PReLU(7)

    def forward(self, x):
        y = x * 3
        return (
            torch.cat(
                [
                    F.elu(y, 0.7), F.celu(y, 1.3), F.selu(y), self.one(y), self.each(y), F.rrelu(y), F.threshold(y, 0.5, -2),
                    F.hardshrink(y, 0.8), F.softshrink(y, 0.8), F.softplus(y), F.softplus(y, 2, 3), F.logsigmoid(y), F.tanhshrink(y),
                    F.softsign(y), F.relu6(y), F.hardtanh(y, -1, 3), y.clamp_min(-0.5), y.clamp_max(0.5), y.clamp(-1, 2), torch.clip(y, max=1),
                    y.clamp(x, x + 1), torch.maximum(x, -x), torch.minimum(y, x), F.softmin(y, 1),
                ],
                dim=1,
            ),
            F.glu(x[:, :6], 1),
            self.each(y.unsqueeze(2).unsqueeze(2)),
            (x * 4).to(torch.int64).clamp(-2, 3),
        )


class InPlace(nn.Module):
    """Operators that change their argument; each has one of its own."""

    example = (2, 5)

    def forward(self, x):
        y = x * 3
        a, b, c = y.clone(), y.clone(), y.clone()
        a.clamp_(-1, 2).mul_(2)
        b.floor_().add_(x)
        c.abs_().sqrt_().neg_()
        return torch.cat(
            [
                a, b, c,
                F.silu(y.clone(), inplace=True), F.hardswish(y.clone(), inplace=True), F.hardsigmoid(y.clone(), inplace=True),
                F.hardtanh(y.clone(), inplace=True), F.relu6(y.clone(), inplace=True), F.leaky_relu(y.clone(), 0.2, inplace=True),
                F.elu(y.clone(), inplace=True), F.celu(y.clone(), inplace=True), F.selu(y.clone(), inplace=True), F.mish(y.clone(), inplace=True),
                F.threshold(y.clone(), 0, 1, inplace=True), F.rrelu(y.clone(), inplace=True),
                y.clone().tanh_(), y.clone().sigmoid_(), y.clone().exp_(), y.clone().clamp_min_(0), y.clone().clamp_max_(0), y.clone().round_(),
            ],
            dim=1,
        )


class Numbers(nn.Module):
    """Functions of numbers; each is one column of the output."""

    example = (2, 7)

    def forward(self, x):
        y = x.abs() + 0.01
        u = torch.sigmoid(x)
        i = (x * 5).to(torch.int64)
        return (
            torch.cat(
                [
                    x.sin(), x.cos(), u.tan(), u.asin(), u.acos(), x.atan(), x.sinh(), x.cosh(), x.asinh(), (y + 1).acosh(), u.atanh(),
                    x.sign(), x.square(), y.rsqrt(), x.exp2(), y.log2(), y.log10(), x.expm1(), (x * 1e-4).expm1() * 1e4, x.erfc(), u.logit(), u.logit(0.3),
                    (x * 3).round(), x.round(decimals=1), (x * 100).round(decimals=-1), (x * 3).trunc(), (x * 3).frac(), (x * 3).ceil(),
                    y ** x, 2 ** x, y ** -0.5, x.log().log1p(),
                ],
                dim=1,
            ),
            i.floor() + i.round() + i.sign() + i.prod(1, keepdim=True),
            torch.isnan(x.log()).to(torch.int32) + torch.isinf(x / (x - x)).to(torch.int32),
        )


class Windows(nn.Module):
    """Values of windows side by side and put together again; pixel shuffles of one sample."""

    example = (2, 2, 6, 5)

    def forward(self, x):
        return (
            F.unfold(x, 3, padding=1),
            F.unfold(x, (2, 3), dilation=(2, 1), stride=(1, 2)),
            F.unfold(x[0], 2, stride=2),
            F.fold(F.unfold(x, 2, stride=2, padding=(0, 1)), (6, 5), 2, stride=2, padding=(0, 1)),
            F.pixel_unshuffle(x[0, :, :, :4], 2),
            F.pixel_shuffle(x.flatten(1)[:, :60].view(x.shape[0], 12, 5, 1)[0], 2),
        )


class Samples(nn.Module):
    """Values at computed places, in every mode and with every border."""

    example = (2, 4, 4, 5)

    def forward(self, x):
        image, grid = x[:, 2:], x[:, :2].permute(0, 2, 3, 1) * 0.9
        return tuple(
            F.grid_sample(image, grid, mode, padding, align)
            for mode in ("bilinear", "nearest", "bicubic")
            for padding in ("zeros", "border", "reflection")
            for align in (False, True)
        )


class Affine(nn.Module):
    """A spatial transformer."""

    example = (2, 1, 5, 6)

    def __init__(self):
        super().__init__()
        self.places = nn.Linear(30, 6)

    def forward(self, x):
        theta = self.places(x.flatten(1)).view(-1, 2, 3)
        grid = F.affine_grid(theta, x.shape, align_corners=False)
        whole = F.affine_grid(theta, (x.shape[0], 1, 3, 4), align_corners=True)
        return F.grid_sample(x, grid, align_corners=False), F.grid_sample(x, whole, "nearest", align_corners=True)


class Readers(nn.Module):
    """Recurrent layers: stacked, in both directions, batch first or not, without biases."""

    example = (2, 5, 3)
    others = ((1, 5, 3), (3, 5, 3))

    def __init__(self):
        super().__init__()
        self.first = nn.Linear(3, 4)
        self.lstm = nn.LSTM(3, 4, num_layers=2, bidirectional=True, batch_first=True)
        self.bare = nn.LSTM(3, 4, bias=False)
        self.gru = nn.GRU(3, 4, num_layers=2, batch_first=True, dropout=0.3)
        self.both = nn.GRU(3, 4, bidirectional=True, batch_first=True)

    def forward(self, x):
        one = self.first(x[:, 0]).unsqueeze(0)
        two = torch.cat([one, -one])
        four = torch.cat([two, two * 2])
        read, (h, c) = self.lstm(x, (four, -four))
        turned = x.transpose(0, 1)
        return (
            read, h, c,
            self.bare(turned, (one, one))[0],
            *self.gru(x, two),
            *self.both(x, two),
        )


FIXED_BATCH = (Convolutions, Products, MVit, Indexing)
MODELS = (ConvNet, Residual, Gates, Pools, Convolutions, Shapes, Arithmetic, Products, Mutations)
VISION = (
    Resizes, Spatial, Blocks, Margins, Circles, RoundedPools, AdaptivePools, Volumes, Lines, Statistics, Unnormed, Rectified, InPlace,
    Numbers, Windows, Samples, Affine, Readers,
)
TRANSFORMERS = (
    Attention, Indexing, Constants, Orders, Functions, Views, Aliases, Contractions, Sizes, Detr, SegFormer, Mixer, Vit, Swin,
    SwinV2, ConvNeXt, MaxVit, MVit,
)
# Decomposed, readers are unrolled step by step, changes in place are gone, and the others are nothing but indexing.
RAW_ONLY = (Readers, Aliases, Resizes, Windows, Lines, Affine)


def randomise(model):
    generator = torch.Generator().manual_seed(7)
    with torch.no_grad():
        for tensor in model.state_dict().values():
            if tensor.is_floating_point():
                tensor.copy_(torch.rand(tensor.shape, generator=generator) * 0.8 - 0.4)
        for module in model.modules():
            if isinstance(module, nn.modules.batchnorm._NormBase) and module.running_var is not None:
                module.running_var.abs_().add_(0.5)


def without_paths(program, *more):
    """Drops the stack traces, which hold the paths of this machine, and what else is named."""
    for node in program.graph.nodes:
        for key in ("stack_trace", "from_node", "source_fn_stack", *more):
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


def dimensions(kind):
    axes = {0: torch.export.Dim("batch", min=1, max=64)}
    for axis, multiple in getattr(kind, "multiples", {}).items():
        axes[axis] = multiple * torch.export.Dim(f"axis{axis}", min=1, max=64)
    return axes


def recorded(kind):
    batches = tuple((batch, *kind.example[1:]) for batch in (1, 3) if kind in MODELS or batch == 1)
    if hasattr(kind, "multiples"):
        return kind.others
    return (kind.example, *getattr(kind, "others", batches))


def pack(files):
    """Compresses what is stored raw: a transformer's program is long and says much the same again and again."""
    for file in [each for each in files if each.suffix != ".gz"]:
        with open(f"{file}.gz", "wb") as packed, gzip.GzipFile("", "wb", 9, packed, 0) as out:
            out.write(file.read_bytes())
        file.unlink()


def main(folder, *names):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for kind in MODELS + VISION + TRANSFORMERS:
        name = kind.__name__.lower()
        if names and name not in names:
            continue
        model = kind().eval()
        randomise(model)
        dynamic = kind not in FIXED_BATCH
        shapes = {"x": dimensions(kind)} if dynamic else None
        program = torch.export.export(model, (torch.zeros(kind.example),), dynamic_shapes=shapes)
        without_paths(program)
        # Where modules stand in each other is half of a transformer's program, and not read.
        more = ("nn_module_stack", "torch_fn") if kind in TRANSFORMERS else ()
        if kind not in RAW_ONLY:
            decomposed = without_paths(program.run_decompositions(), *more)
            torch.export.save(decomposed, folder / f"{name}.decomposed.pt2")
        torch.export.save(without_paths(program, *more), folder / f"{name}.raw.pt2")
        cases = []
        generator = torch.Generator().manual_seed(11)
        for shape in recorded(kind) if dynamic else (kind.example,):
            x = torch.randn(shape, generator=generator)
            with torch.no_grad():
                result = outputs(model(x.clone()))
            cases.append({"x": tensor(x), "outputs": [tensor(each) for each in result]})
        text = json.dumps(cases, separators=(",", ":"))
        (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")
        if kind in TRANSFORMERS:
            pack(folder.glob(f"{name}.*"))


main(*sys.argv[1:])
