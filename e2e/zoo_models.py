"""Small models of the kinds that vision teams write themselves; export_zoo.py converts them."""

import torch
from torch import nn
from torch.nn import functional as F


def double(before, after):
    return nn.Sequential(
        nn.Conv2d(before, after, 3, padding=1, bias=False), nn.BatchNorm2d(after), nn.ReLU(inplace=True),
        nn.Conv2d(after, after, 3, padding=1, bias=False), nn.BatchNorm2d(after), nn.ReLU(inplace=True),
    )


class UNet(nn.Module):
    """Ronneberger's, one step upwards by a transposed convolution, one by interpolation; paddings from the difference of sizes."""

    def __init__(self):
        super().__init__()
        self.enter, self.down, self.deep = double(3, 8), double(8, 16), double(16, 32)
        self.up = nn.ConvTranspose2d(32, 16, 2, stride=2)
        self.join, self.leave = double(32, 16), double(24, 8)
        self.head = nn.Conv2d(8, 2, 1)

    def forward(self, x):
        a = self.enter(x)
        b = self.down(F.max_pool2d(a, 2))
        c = self.up(self.deep(F.max_pool2d(b, 2)))
        high, wide = b.shape[2] - c.shape[2], b.shape[3] - c.shape[3]
        c = F.pad(c, [wide // 2, wide - wide // 2, high // 2, high - high // 2])
        c = self.join(torch.cat([b, c], 1))
        c = F.interpolate(c, size=a.shape[2:], mode="bilinear", align_corners=True)
        return self.head(self.leave(torch.cat([a, c], 1)))


class Conv(nn.Sequential):
    def __init__(self, before, after, kernel=1, stride=1):
        super().__init__(
            nn.Conv2d(before, after, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(after, eps=1e-3), nn.SiLU(inplace=True))


class C2f(nn.Module):
    def __init__(self, before, after, shortcut):
        super().__init__()
        self.half = after // 2
        self.enter, self.leave = Conv(before, after), Conv(3 * self.half, after)
        self.one, self.two = Conv(self.half, self.half, 3), Conv(self.half, self.half, 3)
        self.shortcut = shortcut

    def forward(self, x):
        parts = list(self.enter(x).chunk(2, 1))
        y = self.two(self.one(parts[-1]))
        parts.append(parts[-1] + y if self.shortcut else y)
        return self.leave(torch.cat(parts, 1))


class Sppf(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.enter, self.leave = Conv(channels, channels // 2), Conv(channels * 2, channels)
        self.pool = nn.MaxPool2d(5, 1, 2)

    def forward(self, x):
        parts = [self.enter(x)]
        for _ in range(3):
            parts.append(self.pool(parts[-1]))
        return self.leave(torch.cat(parts, 1))


class Yolo(nn.Module):
    """As Ultralytics' YOLOv8: C2f, SPPF, a path upwards and downwards, distributions of distances, anchors from the sizes of the features."""

    def __init__(self, classes=4, bins=8):
        super().__init__()
        self.classes, self.bins = classes, bins
        self.stem = nn.Sequential(Conv(3, 8, 3, 2), Conv(8, 16, 3, 2), C2f(16, 16, True))
        self.p3 = nn.Sequential(Conv(16, 24, 3, 2), C2f(24, 24, True))
        self.p4 = nn.Sequential(Conv(24, 32, 3, 2), C2f(32, 32, True))
        self.p5 = nn.Sequential(Conv(32, 48, 3, 2), C2f(48, 48, True), Sppf(48))
        self.up4, self.up3 = C2f(80, 32, False), C2f(56, 24, False)
        self.down4, self.down5 = Conv(24, 24, 3, 2), Conv(32, 32, 3, 2)
        self.out4, self.out5 = C2f(56, 32, False), C2f(80, 48, False)
        self.boxes = nn.ModuleList(nn.Sequential(Conv(c, 16, 3), nn.Conv2d(16, 4 * bins, 1)) for c in (24, 32, 48))
        self.names = nn.ModuleList(nn.Sequential(Conv(c, 16, 3), nn.Conv2d(16, classes, 1)) for c in (24, 32, 48))
        self.distances = nn.Conv2d(bins, 1, 1, bias=False)
        self.distances.weight.data[:] = torch.arange(bins).view(1, bins, 1, 1)

    def forward(self, x):
        a = self.p3(self.stem(x))
        b = self.p4(a)
        c = self.p5(b)
        d = self.up4(torch.cat([F.interpolate(c, scale_factor=2), b], 1))
        e = self.up3(torch.cat([F.interpolate(d, scale_factor=2.0), a], 1))
        f = self.out4(torch.cat([self.down4(e), d], 1))
        g = self.out5(torch.cat([self.down5(f), c], 1))
        rows, places, strides = [], [], []
        for level, feature in enumerate((e, f, g)):
            row = torch.cat([self.boxes[level](feature), self.names[level](feature)], 1)
            rows.append(row.flatten(2))
            high, wide = feature.shape[2:]
            y, x = torch.meshgrid(torch.arange(high) + 0.5, torch.arange(wide) + 0.5, indexing="ij")
            places.append(torch.stack((x, y), -1).view(-1, 2))
            strides.append(torch.full((high * wide, 1), float(8 << level)))
        box, name = torch.cat(rows, 2).split((4 * self.bins, self.classes), 1)
        batch, _, count = box.shape
        box = self.distances(box.view(batch, 4, self.bins, count).transpose(2, 1).softmax(1)).view(batch, 4, count)
        places, strides = torch.cat(places).transpose(0, 1), torch.cat(strides).transpose(0, 1)
        start, end = box.chunk(2, 1)
        low, high = places.unsqueeze(0) - start, places.unsqueeze(0) + end
        return torch.cat([torch.cat([(low + high) / 2, high - low], 1) * strides, name.sigmoid()], 1)


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.enter, self.leave = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x):
        batch, count, width = x.shape
        q, k, v = self.enter(x).reshape(batch, count, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        return self.leave(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(batch, count, width))


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.one, self.two = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.mlp = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Dropout(0.1), nn.Linear(2 * width, width))

    def forward(self, x):
        x = x + self.attention(self.one(x))
        return x + self.mlp(self.two(x))


class Vit(nn.Module):
    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, 32, 8, 8)
        self.token = nn.Parameter(torch.zeros(1, 1, 32))
        self.places = nn.Parameter(torch.randn(1, 17, 32))
        self.blocks = nn.Sequential(Block(32, 4), Block(32, 4))
        self.norm, self.head = nn.LayerNorm(32), nn.Linear(32, 5)

    def forward(self, x):
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], 1) + self.places
        return self.head(self.norm(self.blocks(x))[:, 0])


class Detr(nn.Module):
    """Queries that look at the features of a small backbone."""

    def __init__(self):
        super().__init__()
        self.backbone = nn.Sequential(double(3, 8), nn.MaxPool2d(2), double(8, 16), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3, 2, 1))
        self.rows, self.columns = nn.Parameter(torch.rand(8, 16)), nn.Parameter(torch.rand(8, 16))
        self.queries = nn.Embedding(6, 32)
        self.encoder = Block(32, 4)
        self.decoder = nn.TransformerDecoderLayer(32, 4, 64, batch_first=True)
        self.names, self.boxes = nn.Linear(32, 4), nn.Sequential(nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 4))

    def forward(self, x):
        x = self.backbone(x)
        batch, _, high, wide = x.shape
        places = torch.cat(
            [self.columns[:wide].unsqueeze(0).repeat(high, 1, 1), self.rows[:high].unsqueeze(1).repeat(1, wide, 1)], -1).flatten(0, 1).unsqueeze(0)
        memory = self.encoder(x.flatten(2).permute(0, 2, 1) + places)
        answers = self.decoder(self.queries.weight.unsqueeze(0).repeat(batch, 1, 1), memory)
        return {"pred_logits": self.names(answers), "pred_boxes": self.boxes(answers).sigmoid()}


class Fcos(nn.Module):
    """A feature pyramid, heads with group norm and learned scales, and the best places."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1), nn.ReLU(), nn.Conv2d(8, 16, 3, 2, 1), nn.ReLU())
        self.next = nn.Sequential(nn.Conv2d(16, 16, 3, 2, 1), nn.ReLU())
        self.sides = nn.ModuleList(nn.Conv2d(16, 16, 1) for _ in range(2))
        self.tower = nn.Sequential(nn.Conv2d(16, 16, 3, padding=1), nn.GroupNorm(4, 16), nn.ReLU())
        self.names, self.boxes, self.centres = nn.Conv2d(16, 3, 3, padding=1), nn.Conv2d(16, 4, 3, padding=1), nn.Conv2d(16, 1, 3, padding=1)
        self.scales = nn.ParameterList(nn.Parameter(torch.tensor(1.2 - 0.3 * i)) for i in range(2))

    def forward(self, x):
        a = self.stem(x)
        b = self.sides[1](self.next(a))
        a = self.sides[0](a) + F.interpolate(b, size=a.shape[-2:], mode="nearest")
        scores, boxes = [], []
        for scale, feature in zip(self.scales, (a, b)):
            y = self.tower(feature)
            score = torch.sqrt(self.names(y).sigmoid() * self.centres(y).sigmoid())
            scores.append(score.permute(0, 2, 3, 1).flatten(1, 2))
            boxes.append(torch.exp(self.boxes(y) * scale).permute(0, 2, 3, 1).flatten(1, 2))
        scores, boxes = torch.cat(scores, 1), torch.cat(boxes, 1)
        best, where = scores.amax(2).topk(10, 1)
        return best, boxes.gather(1, where.unsqueeze(-1).expand(-1, -1, 4))


class Espcn(nn.Module):
    """Super-resolution by a pixel shuffle."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(1, 8, 5, padding=2), nn.Tanh(), nn.Conv2d(8, 9, 3, padding=1), nn.PixelShuffle(3))

    def forward(self, x):
        y = self.layers(x)
        return torch.clip(y + F.interpolate(x, size=y.shape[2:], mode="bilinear"), -2, 2)


class SpatialTransformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.locate = nn.Sequential(nn.Conv2d(1, 4, 7), nn.MaxPool2d(2, 2), nn.ReLU(True), nn.Flatten(), nn.Linear(484, 6))
        self.classify = nn.Sequential(nn.Conv2d(1, 4, 5), nn.MaxPool2d(3, 2, ceil_mode=True), nn.ReLU(), nn.Flatten(), nn.Linear(576, 5), nn.LogSoftmax(1))

    def forward(self, x):
        grid = F.affine_grid(self.locate(x).view(-1, 2, 3), x.size(), align_corners=False)
        return self.classify(F.grid_sample(x, grid, align_corners=False))


class Crnn(nn.Module):
    """Columns of an image read in both directions."""

    def __init__(self, reader):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(),
            nn.MaxPool2d((2, 1)), nn.AdaptiveAvgPool2d((1, None)))
        self.reader = reader(16, 12, num_layers=2, bidirectional=True, batch_first=True, dropout=0.2)
        self.head = nn.Linear(24, 7)

    def forward(self, x):
        columns = self.features(x).squeeze(2).permute(0, 2, 1)
        return self.head(self.reader(columns)[0]).log_softmax(2)


class Autoencoder(nn.Module):
    """Volumes made small and large again, by both ways upwards."""

    def __init__(self):
        super().__init__()
        self.down = nn.Sequential(
            nn.Conv3d(1, 8, 3, padding=1), nn.BatchNorm3d(8), nn.LeakyReLU(0.1, inplace=True), nn.MaxPool3d(2),
            nn.Conv3d(8, 12, 3, padding=1), nn.InstanceNorm3d(12), nn.ELU(), nn.AvgPool3d(2))
        self.up = nn.Sequential(nn.ConvTranspose3d(12, 8, 2, 2), nn.Softplus(), nn.Upsample(scale_factor=2, mode="trilinear"), nn.Conv3d(8, 1, 3, padding=1))

    def forward(self, x):
        return self.up(self.down(x))


class Mixer(nn.Module):
    """MLP-Mixer: linear layers across patches, then across channels."""

    def __init__(self, width=32, patches=16):
        super().__init__()
        self.patches = nn.Conv2d(3, width, 8, stride=8)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(4))
        self.across = nn.ModuleList(nn.Sequential(nn.Linear(patches, 24), nn.GELU(), nn.Linear(24, patches)) for _ in range(2))
        self.along = nn.ModuleList(nn.Sequential(nn.Linear(width, 64), nn.GELU(), nn.Linear(64, width)) for _ in range(2))
        self.names = nn.Linear(width, 10)

    def forward(self, x):
        h = self.patches(x).flatten(2).transpose(1, 2)
        for i in range(2):
            h = h + self.across[i](self.norms[2 * i](h).transpose(1, 2)).transpose(1, 2)
            h = h + self.along[i](self.norms[2 * i + 1](h))
        return self.names(h.mean(1))


class EinsumAttention(nn.Module):
    """Attention as many write it by hand: products by einsum, a bias for each distance, a mask by masked_fill."""

    def __init__(self, width=32, heads=4, tokens=16):
        super().__init__()
        self.heads = heads
        self.patches = nn.Conv2d(3, width, 8, stride=8)
        self.three = nn.Linear(width, 3 * width, bias=False)
        self.bias = nn.Parameter(torch.zeros(heads, 2 * tokens - 1))
        places = torch.arange(tokens)
        self.register_buffer("distance", places[:, None] - places[None] + tokens - 1)
        self.register_buffer("far", (places[:, None] - places[None]).abs() > 9, persistent=False)
        self.last = nn.Linear(width, 10)

    def forward(self, x):
        h = self.patches(x).flatten(2).transpose(1, 2)
        batch, tokens, width = h.shape
        q, k, v = self.three(h).reshape(batch, tokens, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        scores = torch.einsum("b h i d, b h j d -> b h i j", q * (width // self.heads) ** -0.5, k) + self.bias[:, self.distance]
        weights = scores.masked_fill(self.far, float("-inf")).softmax(-1)
        return self.last(torch.einsum("bhij,bhjd->bihd", weights, v).flatten(2).mean(1))


class SegFormer(nn.Module):
    """Attention on keys of a coarser grid, convolution among linear layers, a class for each pixel."""

    def __init__(self, width=16, classes=5):
        super().__init__()
        self.patches = nn.Conv2d(3, width, 7, stride=4, padding=3)
        self.norm = nn.LayerNorm(width)
        self.reduce = nn.Conv2d(width, width, 2, stride=2)
        self.attention = nn.MultiheadAttention(width, 2, batch_first=True)
        self.one = nn.Linear(width, 4 * width)
        self.depthwise = nn.Conv2d(4 * width, 4 * width, 3, padding=1, groups=4 * width)
        self.two = nn.Linear(4 * width, width)
        self.head = nn.Conv2d(width, classes, 1)

    def forward(self, x):
        h = self.patches(x)
        batch, channels, high, wide = h.shape
        tokens = self.norm(h.flatten(2).transpose(1, 2))
        coarse = self.reduce(tokens.transpose(1, 2).reshape(batch, channels, high, wide)).flatten(2).transpose(1, 2)
        tokens = tokens + self.attention(tokens, coarse, coarse, need_weights=False)[0]
        h = self.one(tokens).transpose(1, 2).reshape(batch, -1, high, wide)
        tokens = tokens + self.two(F.gelu(self.depthwise(h)).flatten(2).transpose(1, 2))
        logits = self.head(tokens.transpose(1, 2).reshape(batch, channels, high, wide))
        return F.interpolate(logits, scale_factor=4, mode="bilinear"), logits.argmax(1)
