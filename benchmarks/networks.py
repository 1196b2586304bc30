"""Networks for benchmarks/optimize.py as ONNX files with the images to calibrate and to try them: two small ones that are trained here on
scikit-learn's digits, and a ResNet-18 with random weights. Needs numpy, onnx, scikit-learn and jax.

    digits-residual   convolutions with shortcuts, ReLU
    digits-depthwise  convolutions by channel and by point in turn, ReLU6, whose channels differ
    resnet18          3 x 224 x 224, 11.7 million weights; random, so that its answers mean nothing but can be compared
"""

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save

EPSILON = 1e-5
EPOCHS, BATCH, RATE = 10, 64, 4e-3
TURNS = 4


class Layers:
    """A network as a list of layers; each method returns the place of what it makes. Trained and written from the same list."""

    def __init__(self, channels, size, seed):
        self.size, self.channels = (channels, size, size), [channels]
        self.layers, self.weights, self.chance = [("input",)], {}, np.random.RandomState(seed)

    def add(self, channels, *layer):
        self.layers.append(layer)
        self.channels.append(channels)
        return len(self.layers) - 1

    def conv(self, x, channels, kernel=3, stride=1, by_channel=False, most=0.0):
        """A convolution, its batch normalisation and, unless `most` is None, a clamp from 0 to `most`, 0 for no end."""
        groups = self.channels[x] if by_channel else 1
        shape = (channels, self.channels[x] // groups, kernel, kernel)
        at = self.add(channels, "conv", x, kernel, stride, groups, most)
        self.weights[f"w{at}"] = (self.chance.randn(*shape) * np.sqrt(2 / np.prod(shape[1:]))).astype(np.float32)
        for name, value in (("gain", 1), ("shift", 0), ("mean", 0), ("variance", 1)):
            self.weights[f"{name}{at}"] = np.full(channels, value, np.float32)
        return at

    def sum(self, x, y):
        return self.add(self.channels[x], "sum", x, y)

    def pool(self, x):
        return self.add(self.channels[x], "pool", x)

    def head(self, x, classes):
        at = self.add(classes, "head", self.add(self.channels[x], "mean", x))
        self.weights[f"w{at}"] = (self.chance.randn(classes, self.channels[x]) * 0.05).astype(np.float32)
        self.weights[f"b{at}"] = np.zeros(classes, np.float32)
        return at


def digits_residual():
    net = Layers(1, 16, 1)
    x = net.conv(0, 32)
    for channels, stride in ((32, 1), (64, 2), (64, 1), (128, 2)):
        way = net.conv(net.conv(x, channels, 3, stride), channels, most=None)
        short = x if stride == 1 and net.channels[x] == channels else net.conv(x, channels, 1, stride, most=None)
        x = net.sum(way, short)
    net.head(x, 10)
    return net


def digits_depthwise():
    net = Layers(1, 16, 2)
    x = net.conv(0, 32, most=6.0)
    for channels, stride in ((48, 1), (64, 2), (96, 1), (128, 2)):
        x = net.conv(net.conv(x, net.channels[x], 3, stride, True, 6.0), channels, 1, most=6.0)
    net.head(x, 10)
    return net


def resnet18():
    net = Layers(3, 224, 3)
    x = net.pool(net.conv(0, 64, 7, 2))
    for channels in (64, 128, 256, 512):
        for block in range(2):
            stride = 2 if block == 0 and channels > 64 else 1
            way = net.conv(net.conv(x, channels, 3, stride), channels, most=None)
            short = x if net.channels[x] == channels else net.conv(x, channels, 1, stride, most=None)
            x = net.sum(way, short)
    net.head(x, 1000)
    return net


def train(net, images, labels):
    """Adam on the logistic loss; the weights are left in the network."""
    import jax
    import jax.numpy as jnp

    def forward(weights, x):
        values, statistics = [x], {}
        for at, (kind, *of) in enumerate(net.layers[1:], 1):
            if kind == "conv":
                source, kernel, stride, groups, most = of
                side = [(kernel // 2, kernel // 2)] * 2
                y = jax.lax.conv_general_dilated(values[source], weights[f"w{at}"], (stride, stride), side, feature_group_count=groups)
                mean, variance = y.mean((0, 2, 3)), y.var((0, 2, 3))
                statistics[f"mean{at}"], statistics[f"variance{at}"] = mean, variance
                y = (y - mean[:, None, None]) / jnp.sqrt(variance + EPSILON)[:, None, None]
                y = y * weights[f"gain{at}"][:, None, None] + weights[f"shift{at}"][:, None, None]
                y = y if most is None else jnp.clip(y, 0, most or None)
            elif kind == "sum":
                y = jax.nn.relu(values[of[0]] + values[of[1]])
            elif kind == "mean":
                y = values[of[0]].mean((2, 3))
            else:
                y = values[of[0]] @ weights[f"w{at}"].T + weights[f"b{at}"]
            values.append(y)
        return values[-1], statistics

    def loss(weights, x, y):
        logits, statistics = forward(weights, x)
        return -jax.nn.log_softmax(logits)[jnp.arange(len(y)), y].mean(), statistics

    @jax.jit
    def step(weights, first, second, at, x, y):
        slopes, statistics = jax.grad(loss, has_aux=True)(weights, x, y)
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, slopes)
        second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, slopes)
        rate = RATE * 0.5 * (1 + jnp.cos(jnp.pi * at / steps)) * jnp.sqrt(1 - 0.999 ** (at + 1)) / (1 - 0.9 ** (at + 1))
        return jax.tree.map(lambda w, m, v: w - rate * m / (jnp.sqrt(v) + 1e-8), weights, first, second), first, second, statistics

    steps = EPOCHS * (len(images) // BATCH)
    fixed = ("mean", "variance")
    weights = {name: jnp.asarray(value) for name, value in net.weights.items() if not name.startswith(fixed)}
    first = second = jax.tree.map(jnp.zeros_like, weights)
    chance, at = np.random.RandomState(4), 0
    for _ in range(EPOCHS):
        order = chance.permutation(len(images))
        for batch in np.split(order[: len(order) // BATCH * BATCH], len(order) // BATCH):
            weights, first, second, statistics = step(weights, first, second, at, images[batch], labels[batch])
            for name, value in statistics.items():
                net.weights[name] = (0.9 * net.weights[name] + 0.1 * np.asarray(value)).astype(np.float32)
            at += 1
    net.weights |= {name: np.asarray(value) for name, value in weights.items()}


def write(net, file):
    nodes, names = [], ["x"]
    for at, (kind, *of) in enumerate(net.layers[1:], 1):
        out, source = f"t{at}", names[of[0]]
        if kind == "conv":
            _, kernel, stride, groups, most = of
            side = [kernel // 2] * 4
            nodes.append(helper.make_node("Conv", [source, f"w{at}"], [f"c{at}"], name=f"conv{at}", pads=side, strides=[stride] * 2, group=groups))
            rest = [f"{name}{at}" for name in ("gain", "shift", "mean", "variance")]
            normal = out if most is None else f"n{at}"
            nodes.append(helper.make_node("BatchNormalization", [f"c{at}", *rest], [normal], name=f"norm{at}", epsilon=EPSILON))
            if most is not None:
                inputs = [normal, "zero", "six"] if most else [normal]
                nodes.append(helper.make_node("Clip" if most else "Relu", inputs, [out], name=f"clamp{at}"))
        elif kind == "sum":
            nodes.append(helper.make_node("Add", [source, names[of[1]]], [f"s{at}"], name=f"sum{at}"))
            nodes.append(helper.make_node("Relu", [f"s{at}"], [out], name=f"clamp{at}"))
        elif kind == "pool":
            nodes.append(helper.make_node("MaxPool", [source], [out], name=f"pool{at}", kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4))
        elif kind == "mean":
            nodes.append(helper.make_node("GlobalAveragePool", [source], [f"m{at}"], name=f"mean{at}"))
            nodes.append(helper.make_node("Flatten", [f"m{at}"], [out], name=f"flat{at}"))
        else:
            nodes.append(helper.make_node("Gemm", [source, f"w{at}", f"b{at}"], ["y"], name="head", transB=1))
        names.append(out)
    constants = {**net.weights, "zero": np.float32(0), "six": np.float32(6)}
    used = {name for node in nodes for name in node.input}
    graph = helper.make_graph(
        nodes,
        file.stem,
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", *net.size])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", net.channels[-1]])],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items() if name in used],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    checker.check_model(model)
    save(model, file)


def digits():
    """Images of 16 x 16 in -1 to 1, each of a digit of 8 x 8 doubled, moved, dimmed and with noise; no digit is in both parts."""
    from sklearn.datasets import load_digits

    data = load_digits()
    chance = np.random.RandomState(5)
    order = chance.permutation(len(data.images))
    parts = []
    for part in np.split(order, [1_200]):
        images, labels = [], []
        for _ in range(TURNS):
            for i in part:
                image = np.kron(data.images[i] / 8 - 1, np.ones((2, 2)))
                image = np.roll(image, chance.randint(-2, 3, 2), (0, 1))
                images.append(image * chance.uniform(0.4, 1) + chance.normal(0, 0.15, image.shape))
                labels.append(data.target[i])
        parts += [np.array(images, np.float32)[:, None], np.array(labels)]
    return parts


def noise(count, size, seed):
    """Smooth noise: as in photographs, neighbours are alike."""
    chance = np.random.RandomState(seed)
    for _ in range(count):
        image = sum(np.kron(chance.randn(size[0], 224 // step, 224 // step), np.ones((step, step))) for step in (4, 16, 56))
        yield (image / np.sqrt(3)).astype(np.float32)


def make(folder, most):
    """Writes NAME.onnx, NAME.calibration.f32 of `most` images and NAME.trial.npz of others; yields names and whether they are trained."""
    folder.mkdir(parents=True, exist_ok=True)
    images = None
    for name, build in (("digits-residual", digits_residual), ("digits-depthwise", digits_depthwise), ("resnet18", resnet18)):
        net, trained = build(), name != "resnet18"
        if trained:
            images = images or digits()
            train(net, images[0], images[1])
            shown = images[0][np.random.RandomState(6).permutation(len(images[0]))[:most]]
            np.savez(folder / f"{name}.trial.npz", images=images[2], labels=images[3])
            shown.astype("<f4").tofile(folder / f"{name}.calibration.f32")
        else:
            with open(folder / f"{name}.calibration.f32", "wb") as file:
                for image in noise(most, net.size, 7):
                    file.write(image.astype("<f4").tobytes())
            np.savez(folder / f"{name}.trial.npz", images=np.stack(list(noise(32, net.size, 8))), labels=np.zeros(0, np.int64))
        write(net, folder / f"{name}.onnx")
        yield name, trained
