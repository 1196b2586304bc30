"""What a team has in a tracking server, written by the stock clients: the source of every import test.

Usage: tracked.py mlflow            (into MLFLOW_TRACKING_URI)
       tracked.py wandb FOLDER      (offline runs into FOLDER/wandb)

By mlflow 3.17.2 and wandb 0.23.0; 'fixtures.sh' beside this file makes the committed fixtures with it, e2e/import_tracked.py fresh ones.
"""

import math
import os
import pathlib
import sys
import tempfile

BEGIN = 1_700_000_000_000
# As code, since a pickle names the files of the machine that made it.
MODEL = """
import mlflow


class Same(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return model_input


mlflow.models.set_model(Same())
"""


def mlflow_runs():
    import mlflow
    from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param, RunTag
    from mlflow.tracking import MlflowClient

    client = MlflowClient()
    digits = client.create_experiment("digits", tags={"team": "vision"})
    parcels = client.create_experiment("parcels/night shift")

    # Every kind of value that a metric may have, out of order, twice, and on negative steps.
    first = client.create_run(digits, start_time=BEGIN, run_name="first", tags={"colour": "grün", "mlflow.source.git.commit": "0123456789abcdef0123456789abcdef01234567"})
    run = first.info.run_id
    client.log_batch(run, params=[Param(f"p{i}", str(i)) for i in range(100)])
    client.log_batch(run, params=[Param("model/depth", "18"), Param("empty", ""), Param("long", "x" * 5000), Param("text", "two\nlines")])
    points = [Metric("loss", 1.0 / (i + 1), BEGIN + i * 10, i) for i in range(700)]
    points += [Metric("odd", value, BEGIN + i, i - 2) for i, value in enumerate([math.nan, math.inf, -math.inf, -0.0, 1e-320, 1.7976931348623157e308])]
    points += [Metric("val/map50-95", 0.25, BEGIN, 3), Metric("val/map50-95", 0.25, BEGIN, 3), Metric("val/map50-95", 0.5, BEGIN - 5, 3)]
    for i in range(0, len(points), 500):
        client.log_batch(run, metrics=points[i:i + 500])
    client.log_inputs(run, [
        DatasetInput(Dataset("digits-train", "abc123", "local", '{"uri": "data/train"}', '{"columns": 3}', '{"rows": 60000}'), [InputTag("mlflow.data.context", "training")]),
        DatasetInput(Dataset("digits-val", "def456", "local", '{"uri": "data/val"}'), [InputTag("mlflow.data.context", "validation")])])
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "plots" / "deep").mkdir(parents=True)
        (folder / "notes.txt").write_text("three\nlines\n")
        (folder / "plots" / "a b+c%20.bin").write_bytes(bytes(range(256)) * 40)
        (folder / "plots" / "deep" / "grün.txt").write_text("ü")
        (folder / "empty").write_bytes(b"")
        client.log_artifacts(run, str(folder))
    client.set_terminated(run, "FINISHED", BEGIN + 60_000)

    child = client.create_run(digits, start_time=BEGIN + 1, run_name="child", tags={"mlflow.parentRunId": run})
    client.log_metric(child.info.run_id, "loss", 0.125, BEGIN + 1, 0)
    client.set_terminated(child.info.run_id, "FAILED", BEGIN + 2)
    running = client.create_run(digits, start_time=BEGIN + 3, run_name="running")
    client.log_metric(running.info.run_id, "loss", 4.0, BEGIN + 3, 0)
    killed = client.create_run(parcels, start_time=BEGIN + 4, run_name="killed")
    client.set_terminated(killed.info.run_id, "KILLED", BEGIN + 5)
    deleted = client.create_run(digits, start_time=BEGIN + 6, run_name="deleted")
    client.delete_run(deleted.info.run_id)

    # A model as mlflow 3 logs it, registered three times; the second version is deleted, so numbers have a gap.
    mlflow.set_experiment("digits")
    code = pathlib.Path(tempfile.mkdtemp()) / "same.py"
    code.write_text(MODEL)
    with mlflow.start_run(run_name="with model") as active:
        mlflow.log_param("lr", "0.1")
        logged = mlflow.pyfunc.log_model(name="reader", python_model=str(code), pip_requirements=["mlflow"], params={"depth": 18}, model_type="reader")
        mlflow.log_metric("accuracy", 0.875, step=2, model_id=logged.model_id)
        mlflow.log_dict({"classes": ["0", "1"]}, "model/classes.json")
    name = "digit-reader"
    client.create_registered_model(name, tags={"owner": "ana"}, description="reads digits")
    client.create_model_version(name, f"models:/{logged.model_id}", run_id=active.info.run_id, model_id=logged.model_id, description="the first", tags={"stage-of": "life"})
    client.create_model_version(name, f"runs:/{active.info.run_id}/model", run_id=active.info.run_id)
    third = client.create_model_version(name, f"{active.info.artifact_uri}/model", run_id=active.info.run_id)
    client.delete_model_version(name, "2")
    client.set_registered_model_alias(name, "champion", "1")
    client.set_registered_model_alias(name, "challenger", third.version)
    client.transition_model_version_stage(name, "1", "Production")
    client.create_registered_model("empty model")


def wandb_runs(folder):
    import wandb

    def begun(**more):
        settings = wandb.Settings(mode="offline", root_dir=folder, disable_git=True, console="off", host="trainer", username="ana", x_disable_meta=True, x_disable_stats=True, x_disable_machine_info=True, save_code=False, silent=True)
        return wandb.init(project="digits", entity="vision", settings=settings, **more)

    run = begun(id="aaaa0001", name="first", group="sweep-1", job_type="train", tags=["baseline", "night"], notes="two\nlines",
                config={"lr": 0.1, "layers": [18, 34], "model": {"depth": 18, "name": "resnet"}, "none": None, "flag": True})
    for step in range(300):
        run.log({"train/loss": 1.0 / (step + 1), "epoch": step // 100, "ok": True})
    run.log({"odd": math.nan, "nested": {"a": 1, "b": {"c": 2.5}}, "word": "text", "value (top-1)": 0.5})
    run.log({"odd": math.inf})
    run.log({"odd": -math.inf})
    run.log({"picture": wandb.Image(__import__("numpy").zeros((4, 5), dtype="uint8"))})
    run.log({"rows": wandb.Table(columns=["a"], data=[[1], [2]])})
    run.summary["best"] = 0.875
    run.summary["verdict"] = "good"
    run.config["late"] = 3
    with open(os.path.join(run.dir, "weights.bin"), "wb") as file:
        file.write(bytes(range(256)) * 300)
    run.log({"big/" + "k" * 30: 1.5, "text": "x" * 70_000})
    run.finish()
    run = begun(id="aaaa0002", name="broken")
    run.log({"train/loss": 2.0})
    run.finish(exit_code=3)


if __name__ == "__main__":
    mlflow_runs() if sys.argv[1] == "mlflow" else wandb_runs(sys.argv[2])
