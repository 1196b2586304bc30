"""What engineers train and search with, unchanged, against a server: PyTorch Lightning under mlflow.pytorch.autolog, PyTorch's own export, and
Optuna on MLflow's storage.

Usage: MLFLOW_TRACKING_URI=… MLFLOW_TRACKING_TOKEN=… python trainers.py   (torch, pytorch-lightning, mlflow and optuna; versions: 23-clients)
"""

import json
import math
import os
import uuid
import warnings

# The checkpoint is this script's own; which packages the model wants is not tried out in another process.
os.environ |= {"MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "true", "MLFLOW_REQUIREMENTS_INFERENCE_TIMEOUT": "1", "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2"}
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
warnings.filterwarnings("ignore")

import mlflow
import numpy as np
import optuna
import pytorch_lightning as lightning
import torch
from mlflow import MlflowClient
from mlflow.models import infer_signature
from mlflow.optuna.storage import MlflowStorage

ID = uuid.uuid4().hex[:8]
EPOCHS = 3
client = MlflowClient()
torch.manual_seed(7)


def step(name):
    print("ok", name)


# Squares and crosses of 8 by 8, with noise
labels = torch.arange(240) % 2
images = torch.zeros(240, 1, 8, 8)
images[labels == 0, :, 2:6, 2:6] = 1
images[labels == 1, :, 3:5, :] = 1
images[labels == 1, :, :, 3:5] = 1
images += 0.3 * torch.randn(images.shape)
train = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(images[:200], labels[:200]), batch_size=50)
held = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(images[200:], labels[200:]), batch_size=40)


class Net(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        self.layers = torch.nn.Sequential(
            torch.nn.Conv2d(1, 4, 3), torch.nn.ReLU(), torch.nn.AdaptiveAvgPool2d(2), torch.nn.Flatten(), torch.nn.Linear(16, 2))

    def forward(self, x):
        return self.layers(x)

    def training_step(self, batch, _):
        loss = torch.nn.functional.cross_entropy(self(batch[0]), batch[1])
        self.log("train_loss", loss, on_step=False, on_epoch=True)
        return loss

    def validation_step(self, batch, _):
        answers = self(batch[0])
        self.log("val_loss", torch.nn.functional.cross_entropy(answers, batch[1]))
        self.log("val_accuracy", (answers.argmax(1) == batch[1]).float().mean())

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=0.01)


# Lightning, with everything that autolog logs
experiment = mlflow.set_experiment(f"trainers-{ID}")
mlflow.pytorch.autolog()
net = Net()
with mlflow.start_run() as run:
    lightning.Trainer(
        max_epochs=EPOCHS, logger=False, enable_progress_bar=False, enable_model_summary=False, accelerator="cpu", enable_checkpointing=False
    ).fit(net, train, held)
mlflow.pytorch.autolog(disable=True)
run = client.get_run(run.info.run_id)
assert run.info.status == "FINISHED"
assert run.data.params["epochs"] == str(EPOCHS) and run.data.params["optimizer_name"] == "Adam", run.data.params
assert math.isclose(float(run.data.params["lr"]), 0.01)
for key in ["train_loss", "val_loss", "val_accuracy"]:
    history = client.get_metric_history(run.info.run_id, key)
    assert [m.step for m in history] == list(range(EPOCHS)), (key, history)
losses = [m.value for m in client.get_metric_history(run.info.run_id, "val_loss")]
assert losses[-1] < losses[0], losses
files = {f.path for f in client.list_artifacts(run.info.run_id)}
assert "model_summary.txt" in files and "checkpoints" in files, files
step("mlflow.pytorch.autolog: parameters, metrics by epoch, summary, checkpoint")

# Its checkpoint is the best by validation, its model the last
best = mlflow.pytorch.load_checkpoint(Net, run.info.run_id)
best.eval()
with torch.no_grad():
    loss = torch.nn.functional.cross_entropy(best(images[200:]), labels[200:]).item()
assert math.isclose(loss, min(losses), rel_tol=1e-4), (loss, losses)
logged = mlflow.search_logged_models([experiment.experiment_id], output_format="list")
assert [m.source_run_id for m in logged] == [run.info.run_id] and str(logged[0].status) == "READY", logged
assert [o.model_id for o in run.outputs.model_outputs] == [logged[0].model_id]
assert {m.key for m in logged[0].metrics} >= {"val_loss", "val_accuracy"}, logged[0].metrics
last = mlflow.pytorch.load_model(f"models:/{logged[0].model_id}")
net.eval(), last.eval()
with torch.no_grad():
    assert torch.equal(last(images[200:]), net(images[200:]))
step("its checkpoint and its logged model come back, the same weights")

# The format that needs no pickle, registered: Fovea can release it
example = images[:4].numpy()
with torch.no_grad():
    answers = net(images[:4]).numpy()
with mlflow.start_run() as exported:
    mlflow.log_params({"lr": 0.01, "export": "pt2"})
    mlflow.pytorch.log_model(
        torch.nn.Sequential(*net.layers), name="model", input_example=example, signature=infer_signature(example, answers),
        serialization_format="pt2", pip_requirements=["torch"], registered_model_name=f"crosses-{ID}")
version = client.get_model_version(f"crosses-{ID}", "1")
assert version.run_id == exported.info.run_id and version.status == "READY", version
assert "fovea.releasable" not in version.tags, version.tags
loaded = mlflow.pytorch.load_model(f"models:/crosses-{ID}/1")
with torch.no_grad():
    np.testing.assert_allclose(loaded(torch.from_numpy(example)).numpy(), answers, rtol=1e-5)
step("log_model as pt2: registered, releasable, loaded back, the same answers")

# Optuna, its study kept as runs
optuna.logging.set_verbosity(optuna.logging.WARNING)
place = mlflow.create_experiment(f"search-{ID}")
storage = MlflowStorage(experiment_id=place, batch_flush_interval=0.2)
study = optuna.create_study(
    study_name=f"lr-{ID}", storage=storage, direction="minimize", sampler=optuna.samplers.TPESampler(seed=3, n_startup_trials=3),
    pruner=optuna.pruners.MedianPruner(n_startup_trials=2, n_warmup_steps=0))
study.set_user_attr("who", {"name": "ada", "größe": [1, 2]})
study.enqueue_trial({"lr": 0.01, "layers": 2, "optimizer": "adam"})


def objective(trial):
    rate = trial.suggest_float("lr", 1e-5, 1, log=True)
    layers = trial.suggest_int("layers", 1, 4)
    optimizer = trial.suggest_categorical("optimizer", ["adam", "sgd"])
    loss = (math.log10(rate) + 2) ** 2 + layers / 10 + (optimizer == "sgd")
    trial.set_user_attr("note", f"trial {trial.number}")
    if trial.number == 2:
        raise RuntimeError("out of memory")
    for epoch in range(2):
        trial.report(loss + 1 - epoch, epoch)
        if trial.number == 4 or (trial.number > 4 and trial.should_prune()):
            raise optuna.TrialPruned
    return loss


study.optimize(objective, n_trials=6, catch=(RuntimeError,))
storage.flush_all_batches()
numbered = sorted(study.trials, key=lambda t: t.number)
assert [t.number for t in numbered] == list(range(6)), numbered
assert numbered[0].params == {"lr": 0.01, "layers": 2, "optimizer": "adam"}, numbered[0]
assert numbered[2].state.name == "FAIL" and numbered[4].state.name == "PRUNED" and all(t.state.is_finished() for t in numbered)
assert study.best_value == min(t.value for t in numbered if t.state.name == "COMPLETE")
step("Optuna's MlflowStorage: queued, sampled, failed and pruned trials")

# Somebody else reads the same study, and goes on
again = optuna.load_study(study_name=f"lr-{ID}", storage=MlflowStorage(experiment_id=place, batch_flush_interval=0.2))
assert again.user_attrs == study.user_attrs and again.direction == study.direction
by_number = {t.number: t for t in again.trials}
for trial in numbered:
    other = by_number[trial.number]
    assert (other.state, other.params, other.distributions, other.user_attrs) == (trial.state, trial.params, trial.distributions, trial.user_attrs)
    assert other.intermediate_values == trial.intermediate_values and other.values == trial.values, (other, trial)
assert again.best_params == study.best_params
again.optimize(objective, n_trials=1)
assert len(study.trials) == 7
runs = client.search_runs([place], f"tags.mlflow.parentRunId = '{study._study_id}'", order_by=["metrics.value ASC"])
assert len(runs) == 7 and runs[0].data.metrics["value"] == min(study.best_value, again.best_value)
statuses = {json.loads(r.data.tags["numbers"]): r.info.status for r in runs}
assert (statuses[2], statuses[4], statuses[0]) == ("FAILED", "KILLED", "FINISHED"), statuses
step("another process reads the study and goes on; its trials are runs under the study's")
