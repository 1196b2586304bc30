"""Vision models through torch.export and Fovea's exporter, whose ONNX files must answer in ONNX Runtime as PyTorch does.

    export_zoo.py [--all] [--decomposed] [--model NAME]... [--peer] [--operators FILE] [--fovea COMMAND] [--keep FOLDER]

Without arguments: a model of most families of torchvision, and hand-written ones. --all: every classification and segmentation model of
torchvision, the videos' and the detectors' backbones with heads and RAFT too, those with few weights first. --peer: how long torch.onnx takes
for the same, from the model to the file; Fovea's time is that of a command, from the archive to the file. --operators: which operators the
programs call, and in how many models each. Weights are random with a fixed seed; statistics of batch norm, and whatever
starts at zero, at one or near zero, are made random, so that nothing is compared with nothing. Each program is exported with two samples a batch and
run with three and with one; where height and width may change, they do. It converts if shapes and places of NaN are the same and the largest
difference is less than 1e-4 of the largest value. Ends with 1 if one of them does not.
"""

import argparse
import contextlib
import io
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import warnings

import numpy as np
import onnxruntime
import torch
import torchvision
from torch import nn
from torch.nn import functional as F
from torchvision.models import detection, optical_flow, segmentation, video

import zoo_models as ours

TOLERANCE = 1e-4
ONNX_LIMIT = (1 << 31) - 1

SMALL = {"inception_v3": 96, "vit_h_14": 224, "maxvit_t": 224}
# One of each family, the lighter ones: AlexNet, VGG and the large ViT have files of hundreds of megabytes and no operator that these lack.
DEFAULT = (
    "squeezenet1_1", "resnet18", "densenet121", "googlenet", "mobilenet_v3_small", "mnasnet0_5", "shufflenet_v2_x0_5", "efficientnet_b0", "regnet_y_400mf",
    "convnext_tiny", "swin_t", "maxvit_t",
)
SEGMENTATION = ("lraspp_mobilenet_v3_large", "deeplabv3_mobilenet_v3_large", "fcn_resnet50")


class Model:
    """What is exported: how it is made, the shape of its input, and which of its axes may change: the batch, and others in multiples of what."""

    def __init__(self, make, shape, multiples=None, others=None, batches=True):
        self.make = make
        self.shape = (2, *shape)
        self.multiples = multiples or {}
        self.batches = batches
        self.others = others or [(batch, *shape) for batch in ((3, 1) if batches else (2,))]

    def dimensions(self):
        axes = {0: torch.export.Dim("batch", min=1, max=64)}
        for axis, (multiple, least) in self.multiples.items():
            size = torch.export.Dim(f"axis{axis}", min=least, max=64)
            axes[axis] = size if multiple == 1 else multiple * size
        return axes


class Values(nn.Module):
    """A model that answers with dictionaries or named tuples, as one that answers with tensors."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, x):
        return tuple(tensors(self.model(x)))


class Flow(nn.Module):
    """An optical flow between two images, which lie in one tensor."""

    def __init__(self):
        super().__init__()
        self.raft = optical_flow.raft_small(weights=None)

    def forward(self, x):
        return self.raft(x[:, :3], x[:, 3:], num_flow_updates=2)[-1]


class Heads(nn.Module):
    """A detector of torchvision up to what its heads say, before boxes are chosen."""

    def __init__(self, detector, head):
        super().__init__()
        self.backbone = detector.backbone
        self.head = head

    def forward(self, x):
        features = self.backbone(x)
        features = list(features.values()) if isinstance(features, dict) else [features]
        return tuple([*features, *tensors(self.head(features))])


def tensors(value):
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, dict):
        value = value.values()
    return [tensor for each in value for tensor in tensors(each)] if value is not None else []


def classifier(name):
    size = SMALL.get(name) or (224 if name.startswith(("vit", "alexnet", "vgg", "maxvit")) else 64)
    options = {"aux_logits": True, "init_weights": False} if name in ("googlenet", "inception_v3") else {}
    return Model(lambda: torchvision.models.get_model(name, weights=None, **options), (3, size, size))


def segmenter(name):
    moving = {2: (16, 2), 3: (16, 2)}
    sizes = [(3, 3, 48, 80), (1, 3, 80, 64)]
    return Model(lambda: Values(segmentation.__dict__[name](weights=None, weights_backbone=None)), (3, 64, 96), moving, sizes)


def detector(name, size, head="head"):
    def make():
        model = detection.__dict__[name](weights=None, weights_backbone=None)
        part = model
        for each in head.split("."):
            part = getattr(part, each)
        return Heads(model, part)

    return Model(make, (3, size, size))


def hand_written():
    moving = {2: (32, 2), 3: (32, 2)}
    return {
        "unet": Model(ours.UNet, (3, 64, 96), {2: (16, 1), 3: (16, 1)}, [(3, 3, 48, 32), (1, 3, 80, 112)]),
        "yolo8-like": Model(ours.Yolo, (3, 64, 96), moving, [(3, 3, 96, 64), (1, 3, 128, 64)]),
        "detr-like": Model(ours.Detr, (3, 64, 64)),
        "vit-small": Model(ours.Vit, (3, 32, 32)),
        "mixer": Model(ours.Mixer, (3, 32, 32)),
        "einsum-attention": Model(ours.EinsumAttention, (3, 32, 32)),
        "segformer-like": Model(ours.SegFormer, (3, 32, 48)),
        "fcos-like": Model(ours.Fcos, (3, 64, 64)),
        "espcn": Model(ours.Espcn, (1, 16, 20), {2: (1, 2), 3: (1, 2)}, [(3, 1, 12, 9), (1, 1, 21, 30)]),
        "stn": Model(ours.SpatialTransformer, (1, 28, 28)),
        "crnn-lstm": Model(lambda: ours.Crnn(nn.LSTM), (1, 32, 64)),
        "crnn-gru": Model(lambda: ours.Crnn(nn.GRU), (1, 32, 64)),
        "autoencoder-3d": Model(ours.Autoencoder, (1, 8, 16, 16)),
    }


def zoo(everything):
    models = {name: classifier(name) for name in (torchvision.models.list_models(module=torchvision.models) if everything else DEFAULT)}
    names = torchvision.models.list_models(module=segmentation) if everything else SEGMENTATION
    models.update({name: segmenter(name) for name in names})
    models.update({"r3d_18": Model(lambda: video.r3d_18(weights=None), (3, 4, 32, 32))})
    models.update({"ssdlite320_mobilenet_v3_large": detector("ssdlite320_mobilenet_v3_large", 320)})
    if everything:
        models.update({
            "mc3_18": Model(lambda: video.mc3_18(weights=None), (3, 4, 32, 32)),
            "r2plus1d_18": Model(lambda: video.r2plus1d_18(weights=None), (3, 4, 32, 32)),
            "mvit_v2_s": Model(lambda: video.mvit_v2_s(weights=None), (3, 16, 224, 224)),
            "swin3d_t": Model(lambda: video.swin3d_t(weights=None), (3, 8, 56, 56)),
            "s3d": Model(lambda: video.s3d(weights=None), (3, 16, 224, 224)),
            "raft_small": Model(Flow, (6, 128, 128), batches=False),
            "ssd300_vgg16": detector("ssd300_vgg16", 300),
            "fcos_resnet50_fpn": detector("fcos_resnet50_fpn", 128),
            "retinanet_resnet50_fpn_v2": detector("retinanet_resnet50_fpn_v2", 128),
            "fasterrcnn_resnet50_fpn_v2": detector("fasterrcnn_resnet50_fpn_v2", 128, "rpn.head"),
            "fasterrcnn_mobilenet_v3_large_320_fpn": detector("fasterrcnn_mobilenet_v3_large_320_fpn", 128, "rpn.head"),
        })
    models.update(hand_written())
    return dict(sorted(models.items(), key=lambda entry: weights(entry[0]))) if everything else models


def weights(name):
    """How many a model of torchvision has, as its own table says; 0 for others, which are small."""
    try:
        return torchvision.models.get_model_weights(name).DEFAULT.meta["num_params"]
    except ValueError:
        return 0


def randomise(model, shape):
    """Gives everything that a fresh model has at one value, or next to zero, values that differ."""
    norms = [module for module in model.modules() if isinstance(module, nn.modules.batchnorm._BatchNorm) and module.running_var is not None]
    with torch.no_grad():
        for parameter in model.parameters():
            low, high = parameter.min().item(), parameter.max().item()
            if parameter.numel() > 1 and low == high and low > 0.5:
                parameter.uniform_(0.7 * low, 1.3 * low)
            elif max(abs(low), abs(high)) < 1e-3:
                parameter.uniform_(-0.2, 0.2)
        if norms:
            # Near what the batches are, or else what is fed would be lost on the way through a deep model.
            for norm in norms:
                norm.train().momentum = 1.0
            model(torch.randn(shape))
            for norm in norms:
                norm.eval()
                mean, variance = norm.running_mean, norm.running_var
                # A channel that hardly varies would have nothing but its rounding made large.
                variance.mul_(torch.empty_like(variance).uniform_(0.6, 1.6)).add_(1e-3 + mean * mean / 20)
                mean.add_(variance.sqrt() * torch.empty_like(mean).uniform_(-0.3, 0.3))


def compare(expected, actual):
    """The largest difference as a share of the largest value; None where places of NaN or infinity, shapes or counts differ."""
    if len(expected) != len(actual):
        return None
    worst = 0.0
    for want, got in zip(expected, actual):
        if want.shape != got.shape or not np.array_equal(np.isfinite(want), np.isfinite(got)) or not np.array_equal(np.isnan(want), np.isnan(got)):
            return None
        known = np.isfinite(want)
        if known.any():
            scale = max(np.abs(want[known].astype(np.float64)).max(), 1e-30)
            worst = max(worst, np.abs(want[known].astype(np.float64) - got[known].astype(np.float64)).max() / scale)
    return worst


def differs(first, second):
    """Whether an answer depends on what is asked: one that does not would agree with anything."""
    return any(a.shape != b.shape or np.abs(a.astype(np.float64) - b.astype(np.float64)).max() > 1e-6 * max(np.abs(a.astype(np.float64)).max(), 1e-30)
               for a, b in zip(first, second))


def convert(fovea, archive, target):
    """Nodes, bytes and the reason of a refusal."""
    done = subprocess.run([*fovea, "model", "export", str(archive), str(target), "--json"], capture_output=True, text=True)
    if done.returncode != 0:
        said = [line for line in done.stderr.splitlines() if line.strip()] or [f"exit code {done.returncode}"]
        return 0, 0, next((line for line in said if line.startswith("error")), said[0])
    told = json.loads(done.stdout)
    return told["nodes"], told["bytes"], ""


def called(program):
    """The operators that a program calls, as its archive names them."""
    targets = {node.target for node in program.graph.nodes if node.op == "call_function"}
    return {str(target) for target in targets if isinstance(target, torch._ops.OpOverload)}


def peer(model, program, folder):
    """How many seconds torch.onnx takes from the model to the file; what it says goes nowhere."""
    begun = time.monotonic()
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exported = torch.onnx.export(model, program.example_inputs[0], dynamo=True, verbose=False)
            exported.save(str(folder / "peer.onnx"))
    except Exception as failure:
        return f"{type(failure).__name__}"
    return f"{time.monotonic() - begun:.1f}"


def tried(name, spec, fovea, decomposed, folder, operators=None, row=None):
    """A row: nodes, bytes, seconds of Fovea, and the difference or what went wrong."""
    torch.manual_seed(0)
    model = spec.make().eval()
    randomise(model, spec.shape)
    if sum(tensor.numel() * tensor.element_size() for tensor in model.state_dict().values()) > ONNX_LIMIT:
        return 0, 0, 0.0, "left out: more weights than the 2 GiB of an ONNX file"
    program = torch.export.export(model, (torch.randn(spec.shape),), dynamic_shapes=(spec.dimensions(),) if spec.batches else None)
    if decomposed:
        program = program.run_decompositions()
    for operator in called(program) if operators is not None else ():
        operators[operator] = operators.get(operator, 0) + 1
    archive, target = folder / f"{name}.pt2", folder / f"{name}.onnx"
    torch.export.save(program, archive)
    begun = time.monotonic()
    nodes, size, refusal = convert(fovea, archive, target)
    seconds = time.monotonic() - begun
    if refusal:
        return nodes, size, seconds, refusal
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    session = onnxruntime.InferenceSession(str(target), options, providers=["CPUExecutionProvider"])
    worst = 0.0
    for shape in spec.others:
        inputs = torch.randn(shape), torch.randn(shape)
        with torch.no_grad():
            expected = [[each.numpy() for each in tensors(model(x))] for x in inputs]
        if not differs(*expected):
            return nodes, size, seconds, f"says the same of different inputs of shape {shape}"
        difference = compare(expected[0], session.run(None, {session.get_inputs()[0].name: inputs[0].numpy()}))
        if difference is None or not difference < TOLERANCE:
            return nodes, size, seconds, f"answers otherwise for the shape {shape}: " + (
                "shapes, or places of NaN or infinity" if difference is None else f"{difference:.1e}")
        worst = max(worst, difference)
    del session
    if row is not None:
        row["peer"] = peer(model, program, folder)
    return nodes, size, seconds, worst


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--all", action="store_true", help="every classification and segmentation model of torchvision")
    parser.add_argument("--decomposed", action="store_true", help="after run_decompositions()")
    parser.add_argument("--model", action="append", default=[], metavar="NAME", help="this one alone; may be repeated")
    parser.add_argument("--peer", action="store_true", help="how long torch.onnx takes for the same")
    parser.add_argument("--operators", metavar="FILE", type=pathlib.Path, help="where to write which operators are called, and by how many models")
    parser.add_argument("--fovea", default=str(pathlib.Path(__file__).resolve().parent.parent / "fovea"), metavar="COMMAND")
    parser.add_argument("--keep", metavar="FOLDER", type=pathlib.Path, help="where the archives and ONNX files stay")
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    models = zoo(options.all or bool(options.model))
    unknown = [name for name in options.model if name not in models]
    if unknown:
        parser.error(f"no model {', '.join(unknown)}; there are: {', '.join(models)}")
    chosen = {name: models[name] for name in options.model} or models
    head = f"{'torch.onnx':>10}  " if options.peer else " "
    print(f"{'model':38} {'form':5} {'nodes':>6} {'bytes':>12} {'s':>6} {head}difference, or why not", flush=True)
    failed = []
    operators = {} if options.operators else None
    for name, spec in chosen.items():
        with tempfile.TemporaryDirectory() as scratch:
            folder = options.keep or pathlib.Path(scratch)
            folder.mkdir(parents=True, exist_ok=True)
            if options.keep:
                (folder / f"{name}.onnx").unlink(missing_ok=True)
            row = {} if options.peer else None
            try:
                nodes, size, seconds, said = tried(name, spec, options.fovea.split(), options.decomposed, folder, operators, row)
            except Exception as failure:
                reason = (str(failure).strip() or "no reason").splitlines()[0]
                nodes, size, seconds, said = 0, 0, 0.0, f"{type(failure).__name__}: {reason}"
        fine = isinstance(said, float) or said.startswith("left out")
        if not fine:
            failed.append(name)
        each = " " if row is None else f"{row.get('peer', '-'):>10}  "
        result = f"{said:.1e}" if isinstance(said, float) else said
        print(f"{name:38} {'dec' if options.decomposed else 'raw':5} {nodes:6} {size:12} {seconds:6.1f} {each}{'' if fine else 'FAILED  '}{result}", flush=True)
        if operators is not None:
            rows = sorted(operators.items(), key=lambda entry: (-entry[1], entry[0]))
            options.operators.write_text("".join(f"{operator} {models}\n" for operator, models in rows), encoding="utf-8")
    print(f"{len(chosen) - len(failed)} of {len(chosen)} convert" + (f"; not: {', '.join(failed)}" if failed else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
