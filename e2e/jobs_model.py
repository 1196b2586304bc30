"""Trains a small model that Fovea's own exporter cannot convert: a recurrent layer with tanh reads the digit row by row.

    jobs_model.py EXAMPLE FOLDER SEED     writes FOLDER/reader.pt2 and FOLDER/recording.safetensors
"""

import gzip
import pathlib
import sys

import numpy as np
import torch


class RowReader(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.rows = torch.nn.RNN(28, 64, batch_first=True)
        self.head = torch.nn.Linear(64, 10)

    def forward(self, x):
        rows, _ = self.rows(x.squeeze(1))
        return self.head(rows[:, -1])


def main(example, folder, seed):
    sys.path.insert(0, example)
    from archive import save_archive, save_tensors

    torch.manual_seed(int(seed))
    torch.set_num_threads(1)
    pixels = np.frombuffer(gzip.open(f"{example}/images-idx3-ubyte.gz").read(), np.uint8, offset=16).reshape(-1, 28, 28)
    labels = np.frombuffer(gzip.open(f"{example}/labels-idx1-ubyte.gz").read(), np.uint8, offset=8)
    x = torch.from_numpy((255 - pixels[:2000]).astype(np.float32) / 255 - 0.5).unsqueeze(1) / 0.5
    y = torch.from_numpy(labels[:2000].astype(np.int64))
    model = RowReader()
    optimizer = torch.optim.Adam(model.parameters(), 3e-3)
    for _ in range(6):
        for batch in torch.randperm(len(x)).split(64):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(x[batch]), y[batch]).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
    model.eval()
    with torch.no_grad():
        print(f"right on what it was trained on: {(model(x).argmax(1) == y).float().mean():.3f}")
        answers = model(x[:16])
    batch = torch.export.Dim("batch", min=1, max=16)
    program = torch.export.export(model, (x[:2].clone(),), dynamic_shapes={"x": {0: batch}})
    folder = pathlib.Path(folder)
    save_archive(program, folder / "reader.pt2")
    save_tensors(folder / "recording.safetensors", {"inputs.x": x[:16], "outputs.0": answers})


if __name__ == "__main__":
    main(*sys.argv[1:])
