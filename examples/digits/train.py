"""Trains the example's three models on the digits dataset and writes them as .pt2 archives.

    python train.py --data FOLDER --out models [--only reader-v2]

FOLDER is the dataset as a Git checkout with `dvc pull` has it, or as `DigitsData.writeDataset` of
Fovea's demo writes it. Needs torch 2.14, numpy and Pillow; runs on one CPU thread in about a minute.
Nothing here has seen a production picture.
"""

import argparse
import csv
import hashlib
import json
import pathlib
from dataclasses import asdict, dataclass

import numpy as np
import torch
from PIL import Image
from torch import nn

from archive import save_archive, save_tensors

CENTRE = 13.5


@dataclass(frozen=True)
class Recipe:
    """One training run's parameters."""

    name: str
    channels: tuple[int, int, int]
    turn_degrees: float = 0.0
    shift_pixels: float = 0.0
    night_share: float = 0.0
    label_smoothing: float = 0.0
    epochs: int = 15
    batch: int = 64
    learning_rate: float = 4e-3
    weight_decay: float = 1e-2
    seed: int = 0


RECIPES = [
    # As a first model is trained: what the dataset holds, nothing else. 2 % of it is night.
    Recipe("reader-v1", (16, 32, 64)),
    # Half of the pictures are turned into night, and all are turned and moved a little.
    Recipe("reader-v2", (16, 32, 64), turn_degrees=12, shift_pixels=1.5, night_share=0.5),
    # Wider, with softened labels in place of the turning and moving: as good on the test split.
    Recipe("reader-v3", (32, 64, 96), night_share=0.5, label_smoothing=0.2),
]


class Reader(nn.Module):
    """Three conv-bn-relu blocks and one linear layer: [N,1,28,28] in -1 to 1, to logits [N,10]."""

    def __init__(self, channels: tuple[int, int, int]):
        super().__init__()
        a, b, c = channels
        self.conv1, self.bn1 = nn.Conv2d(1, a, 3, padding=1, bias=False), nn.BatchNorm2d(a)
        self.conv2, self.bn2 = nn.Conv2d(a, b, 3, padding=1, bias=False), nn.BatchNorm2d(b)
        self.conv3, self.bn3 = nn.Conv2d(b, c, 3, padding=1, bias=False), nn.BatchNorm2d(c)
        self.pool = nn.MaxPool2d(2)
        self.head = nn.Linear(c * 9, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.pool(torch.relu(self.bn1(self.conv1(x))))
        x = self.pool(torch.relu(self.bn2(self.conv2(x))))
        x = self.pool(torch.relu(self.bn3(self.conv3(x))))
        return self.head(torch.flatten(x, 1))


@dataclass(frozen=True)
class Split:
    pixels: np.ndarray  # [N,28,28], 0 to 255
    labels: np.ndarray
    night: np.ndarray  # which are of the slice night


def load(folder: pathlib.Path, split: str) -> Split:
    with open(folder / "labels.csv", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == split]
    pixels = np.stack([np.asarray(Image.open(folder / row["path"]), np.float64) for row in rows])
    labels = np.array([int(row["label"]) for row in rows])
    return Split(pixels, labels, np.array([row["slice"] == "night" for row in rows]))


def dir_md5(folder: pathlib.Path) -> str:
    """DVC's digest of a folder: the MD5 of its .dir object, a JSON list of every file's MD5."""
    files = sorted(f for f in folder.rglob("*") if f.is_file())
    entries = [
        {"md5": hashlib.md5(f.read_bytes()).hexdigest(), "relpath": f.relative_to(folder).as_posix()}
        for f in files
    ]
    entries.sort(key=lambda entry: entry["relpath"])
    return hashlib.md5(json.dumps(entries, sort_keys=True).encode()).hexdigest() + ".dir"


def tensor(pixels: np.ndarray) -> torch.Tensor:
    """What `preprocess` in fovea.yaml says: grey, times 1/255, minus 0.5, by 0.5."""
    return torch.tensor((pixels / 255 - 0.5) / 0.5, dtype=torch.float32)[:, None]


def night(ink: np.ndarray, random: np.random.RandomState) -> np.ndarray:
    """An infrared picture of the ink: light on dark, dim, with sensor noise."""
    each = (len(ink), 1, 1)
    gain, base = random.uniform(0.45, 0.75, each), random.uniform(15, 45, each)
    return np.clip(np.rint(ink * gain + base + random.normal(0, 6, ink.shape)), 0, 255)


def moved(ink: np.ndarray, recipe: Recipe, random: np.random.RandomState) -> np.ndarray:
    """The ink turned about the centre and shifted, bilinear, each picture another way."""
    each = (len(ink), 1, 1)
    angle = np.deg2rad(random.uniform(-recipe.turn_degrees, recipe.turn_degrees, each))
    right, down = random.uniform(-recipe.shift_pixels, recipe.shift_pixels, (2, *each))
    dy, dx = np.mgrid[0:28, 0:28] - CENTRE
    x = np.cos(angle) * dx + np.sin(angle) * dy + CENTRE - right
    y = np.cos(angle) * dy - np.sin(angle) * dx + CENTRE - down
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    fx, fy = x - left, y - top
    picture = np.arange(len(ink))[:, None, None]

    def at(column, row):
        inside = (row >= 0) & (row < 28) & (column >= 0) & (column < 28)
        return np.where(inside, ink[picture, row.clip(0, 27), column.clip(0, 27)], 0)

    above = at(left, top) * (1 - fx) + at(left + 1, top) * fx
    below = at(left, top + 1) * (1 - fx) + at(left + 1, top + 1) * fx
    return above * (1 - fy) + below * fy


def augmented(data: Split, recipe: Recipe, random: np.random.RandomState) -> np.ndarray:
    """The day pictures as the recipe changes them for one epoch; night pictures stay as they are."""
    if recipe.night_share == 0:
        return data.pixels
    ink = 255 - data.pixels
    if recipe.turn_degrees > 0:
        ink = moved(ink, recipe, random)
    dark = random.rand(len(ink)) < recipe.night_share
    pixels = np.where(dark[:, None, None], night(ink, random), 255 - ink)
    return np.where(data.night[:, None, None], data.pixels, pixels)


def train(recipe: Recipe, data: Split, test: Split) -> tuple[Reader, list[dict]]:
    torch.manual_seed(recipe.seed)
    random = np.random.RandomState(recipe.seed)
    model = Reader(recipe.channels)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay
    )
    steps = recipe.epochs * -(-len(data.labels) // recipe.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, recipe.learning_rate, total_steps=steps)
    loss_of = nn.CrossEntropyLoss(label_smoothing=recipe.label_smoothing)
    labels, history = torch.tensor(data.labels), []
    for epoch in range(recipe.epochs):
        model.train()
        order = random.permutation(len(labels))
        inputs = tensor(augmented(data, recipe, random))
        loss_sum, right = 0.0, 0
        for start in range(0, len(order), recipe.batch):
            chosen = order[start : start + recipe.batch]
            optimizer.zero_grad()
            logits = model(inputs[chosen])
            loss = loss_of(logits, labels[chosen])
            loss.backward()
            optimizer.step()
            schedule.step()
            loss_sum += loss.item() * len(chosen)
            right += (logits.argmax(1) == labels[chosen]).sum().item()
        measured = {
            "epoch": epoch,
            "train_loss": round(loss_sum / len(order), 6),
            "train_accuracy": round(right / len(order), 6),
            "test_accuracy": round(accuracy(model, test)["all"], 6),
        }
        history.append(measured)
        print(recipe.name, measured, flush=True)
    model.eval()
    return model, history


@torch.no_grad()
def accuracy(model: Reader, split: Split) -> dict[str, float]:
    model.eval()
    right = model(tensor(split.pixels)).argmax(1).numpy() == split.labels
    return {
        "all": float(right.mean()),
        "day": float(right[~split.night].mean()),
        "night": float(right[split.night].mean()),
    }


def export(model: nn.Module, inputs: torch.Tensor):
    """The program with a dynamic batch; 2 is the smallest batch that torch.export leaves dynamic."""
    batch = torch.export.Dim("batch", min=1, max=1024)
    return torch.export.export(model, (inputs[:2].clone(),), dynamic_shapes={"x": {0: batch}})


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--data", type=pathlib.Path, required=True)
    arguments.add_argument("--out", type=pathlib.Path, required=True)
    arguments.add_argument("--only", help="train this recipe alone")
    options = arguments.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    options.out.mkdir(parents=True, exist_ok=True)
    data, test = load(options.data, "train"), load(options.data, "test")
    dataset = {"path": "data/digits", "md5": dir_md5(options.data)}
    for recipe in RECIPES:
        if options.only in (None, recipe.name):
            model, history = train(recipe, data, test)
            write(recipe, model, history, test, dataset, options.out)


def write(recipe, model, history, test, dataset, out) -> None:
    inputs = tensor(test.pixels[:32])
    with torch.no_grad():
        logits = model(inputs)
    save_archive(export(model, inputs), out / f"{recipe.name}.pt2")
    save_tensors(out / f"{recipe.name}.safetensors", {"inputs.x": inputs, "outputs.0": logits})
    parameters = sum(p.numel() for p in model.parameters())
    run = {
        "model": "digit-reader",
        "name": recipe.name,
        "dataset": dataset,
        "params": {**asdict(recipe), "parameters": parameters, "torch": torch.__version__},
        "history": history,
        "metrics": {f"test_accuracy_{k}": round(v, 6) for k, v in accuracy(model, test).items()},
    }
    (out / f"{recipe.name}.json").write_text(json.dumps(run, indent=2) + "\n")
    print(recipe.name, run["metrics"], flush=True)


if __name__ == "__main__":
    main()
