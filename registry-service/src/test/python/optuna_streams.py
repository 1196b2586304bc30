"""Records what Optuna decides, for the tests of dev.fovea.registry.sweep.

Usage: python optuna_streams.py FOLDER [streams] [densities] [regrets]
Needs optuna==5.0.0 and scipy==1.17.1. Without names after FOLDER everything is recorded.

pruner_streams.jsonl   one line a study: its pruner, and what its trials reported in which order with Optuna's decision.
                       An event is [trial, step, value, stop], or [trial, state] where a trial ends.
tpe_densities.jsonl    one line a study: its space, its trials, Optuna's split of them, 24 candidates, and the logarithms of
                       both densities at each candidate.
tpe_regrets.json       for each objective the regret of 100 studies (seeds 0 to 99) after 100 trials, of TPE and of random search.
normal.json            logarithms of the normal distribution function and of masses, by SciPy.
"""

import json
import math
import random
import sys
import warnings
from pathlib import Path

import numpy as np
import optuna
from optuna.distributions import json_to_distribution
from optuna.samplers._tpe import parzen_estimator
from optuna.samplers._tpe.sampler import _split_trials, default_gamma
from optuna.trial import TrialState, create_trial

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)
assert optuna.__version__ == "5.0.0", optuna.__version__

STATES = {"complete": TrialState.COMPLETE, "pruned": TrialState.PRUNED, "failed": TrialState.FAIL, "running": TrialState.RUNNING}


def number(value):
    return value if math.isfinite(value) else str(float(value))


def line(value):
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


# ---------------------------------------------------------------------------------------------------------------- pruners

PRUNERS = [
    ("halving", {}),
    ("halving", {"min_resource": 1}),
    ("halving", {"min_resource": 1, "reduction_factor": 2}),
    ("halving", {"min_resource": 2, "reduction_factor": 3, "min_early_stopping_rate": 1}),
    ("halving", {"min_resource": 3, "reduction_factor": 2, "bootstrap_count": 4}),
    ("halving", {"min_early_stopping_rate": 2, "reduction_factor": 2}),
    ("halving", {"reduction_factor": 2}),
    ("median", {}),
    ("median", {"n_startup_trials": 0}),
    ("median", {"n_startup_trials": 2, "n_warmup_steps": 5}),
    ("median", {"n_startup_trials": 1, "n_warmup_steps": 3, "interval_steps": 4}),
    ("median", {"n_startup_trials": 3, "n_min_trials": 4, "interval_steps": 2}),
]


def pruner(kind, options):
    return optuna.pruners.SuccessiveHalvingPruner(**options) if kind == "halving" else optuna.pruners.MedianPruner(**options)


class Curve:
    """A made-up learning curve; `dice` decides how unpleasant it is."""

    def __init__(self, dice, goal, most, odd, stride):
        self.odd = odd
        self.start, self.end = dice.uniform(0.5, 1.5), dice.uniform(0, 0.6)
        self.rate, self.noise = dice.uniform(0.05, 0.6), dice.choice([0, 0, 0.02, 0.1])
        self.stride = dice.choice([1, 1, 1, 2, 3, 7]) * stride
        self.step = dice.choice([0, 1, 1, 5])
        self.last = self.step + dice.randint(2, most) * self.stride
        self.sign = 1 if goal == "minimize" else -1

    def value(self, dice, step):
        if dice.random() < self.odd:
            return dice.choice([math.nan, math.nan, math.inf, -math.inf, 0.0, -0.0])
        # Few digits, so that trials tie.
        value = self.end + (self.start - self.end) * math.exp(-self.rate * step) + dice.gauss(0, self.noise)
        return self.sign * round(value, dice.choice([1, 2, 3]))


def stream(kind, options, goal, seed, trials=40, workers=5, most=30, odd=0.03, stride=1):
    dice = random.Random(seed)
    study = optuna.create_study(direction=goal, pruner=pruner(kind, options), sampler=optuna.samplers.RandomSampler(seed=seed))
    events, running, asked = [], {}, 0
    while asked < trials or running:
        if asked < trials and len(running) < workers and (not running or dice.random() < 0.3):
            running[asked] = (study.ask(), Curve(dice, goal, most, odd, stride))
            asked += 1
            continue
        n = dice.choice(sorted(running))
        trial, curve = running[n]
        step = curve.step
        if dice.random() < 0.02 and step > 2:
            step -= dice.randint(1, 2)  # late, or a second time
        else:
            curve.step += curve.stride
        value = curve.value(dice, step)
        trial.report(value, step)
        stop = trial.should_prune()
        events.append([n, step, number(value), int(stop)])
        end = None
        if stop and dice.random() < 0.9:  # some workers do not listen
            end = "pruned"
        elif dice.random() < 0.005:
            end = "failed"
        elif curve.step > curve.last:
            end = "complete"
        if end:
            study.tell(trial, 0.0 if end == "complete" else None, state=STATES[end])
            events.append([n, end])
            del running[n]
    return {"pruner": kind, "options": options, "goal": goal, "seed": seed, "events": events}


def streams(folder):
    with open(folder / "pruner_streams.jsonl", "w") as out:
        for i, (kind, options) in enumerate(PRUNERS):
            for j, goal in enumerate(("minimize", "maximize")):
                out.write(line(stream(kind, options, goal, 100 + 2 * i + j)) + "\n")
        # Steps in the hundreds, so that a hundredth of them is more than 1; and studies that are mostly odd values.
        out.write(line(stream("halving", {"reduction_factor": 2}, "minimize", 200, stride=40)) + "\n")
        for kind, options in (("halving", {"min_resource": 1, "reduction_factor": 2}), ("median", {"n_startup_trials": 1})):
            for goal in ("minimize", "maximize"):
                out.write(line(stream(kind, options, goal, 201, odd=0.5)) + "\n")


# ---------------------------------------------------------------------------------------------------------------- TPE

SPACE = {
    "batch": {"type": "int", "low": 16, "high": 130, "step": 16},
    "decay": {"type": "float", "low": 0.0, "high": 1.0},
    "depth": {"type": "int", "low": 1, "high": 64, "log": True},
    "dropout": {"type": "float", "low": 0.0, "high": 0.55, "step": 0.1},
    "lr": {"type": "float", "low": 1e-5, "high": 0.1, "log": True},
    "optimizer": {"type": "categorical", "choices": ["sgd", "adamw", "lion"]},
}
PAIR = {"x": {"type": "float", "low": -5.0, "high": 10.0}, "y": {"type": "float", "low": 0.0, "high": 15.0}}


def density(space, goal, seed, complete, pruned, running, failed=0):
    dice = np.random.RandomState(seed)
    distributions = {name: json_to_distribution(json.dumps(d)) for name, d in space.items()}
    study = optuna.create_study(direction=goal)
    states = ["complete"] * complete + ["pruned"] * pruned + ["running"] * running + ["failed"] * failed
    dice.shuffle(states)
    sampler = optuna.samplers.RandomSampler(seed=seed)
    trials = []
    for n, state in enumerate(states):
        params = {name: sampler.sample_independent(study, None, name, d) for name, d in distributions.items()}
        value = round(float(dice.normal()), 2) if state == "complete" else None
        last = None
        if state == "pruned" and dice.rand() < 0.9:
            last = [int(dice.randint(1, 6)), math.nan if dice.rand() < 0.1 else round(float(dice.normal()), 1)]
        study.add_trial(
            create_trial(
                state=STATES[state],
                value=value,
                params=params,
                distributions=distributions,
                intermediate_values={last[0]: last[1]} if last else {},
            )
        )
        trials.append([state, params, value, last and [last[0], number(last[1])]])
    tpe = optuna.samplers.TPESampler(seed=seed)
    known = study.get_trials(states=(TrialState.COMPLETE, TrialState.PRUNED, TrialState.RUNNING))
    below, above = _split_trials(study, known, default_gamma(complete + pruned))
    good = tpe._build_parzen_estimator(study, distributions, below, handle_below=True)
    rest = tpe._build_parzen_estimator(study, distributions, above, handle_below=False)
    samples = good.sample(np.random.RandomState(seed + 1), 24)
    candidates = [
        {name: d.to_external_repr(float(samples[name][i])) for name, d in distributions.items()} for i in range(24)
    ]
    return {
        "space": space,
        "goal": goal,
        "trials": trials,
        "below": [t.number for t in below],
        "above": [t.number for t in above],
        "candidates": candidates,
        "logBelow": [float(v) for v in good.log_pdf(samples)],
        "logAbove": [float(v) for v in rest.log_pdf(samples)],
    }


class StableOrder:
    """NumPy whose argsort keeps ties in order. Its own leaves their order to the processor's instructions, and Optuna's kernels
    of equal values are as wide as that order says."""

    def __getattr__(self, name):
        return getattr(np, name)

    @staticmethod
    def argsort(values):
        return np.argsort(values, kind="stable")


def densities(folder):
    parzen_estimator.np = StableOrder()
    with open(folder / "tpe_densities.jsonl", "w") as out:
        for study in [
            (SPACE, "minimize", 1, 12, 0, 0),
            (SPACE, "maximize", 2, 40, 15, 4, 3),
            (SPACE, "minimize", 3, 2, 30, 3),
            (PAIR, "minimize", 4, 120, 0, 1),
            (PAIR, "maximize", 5, 0, 26, 0),
            ({"x": PAIR["x"]}, "minimize", 6, 10, 0, 0),
        ]:
            out.write(line(density(*study)) + "\n")
    parzen_estimator.np = np


# ---------------------------------------------------------------------------------------------------------------- regrets


def branin(p):
    x, y = p["x"], p["y"]
    return (y - 5.1 / (4 * math.pi**2) * x**2 + 5 / math.pi * x - 6) ** 2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


HARTMANN_A = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
HARTMANN_C = [1.0, 1.2, 3.0, 3.2]
HARTMANN_P = [
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
    [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650],
    [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
]


def hartmann6(p):
    x = [p[f"x{i}"] for i in range(6)]
    return -sum(
        c * math.exp(-sum(a * (xi - q) ** 2 for a, xi, q in zip(row, x, at))) for c, row, at in zip(HARTMANN_C, HARTMANN_A, HARTMANN_P)
    )


def ackley5(p):
    x = [p[f"x{i}"] for i in range(5)]
    mean_square = sum(v * v for v in x) / 5
    return 20 + math.e - 20 * math.exp(-0.2 * math.sqrt(mean_square)) - math.exp(sum(math.cos(2 * math.pi * v) for v in x) / 5)


def mixed(p):
    return (
        (math.log10(p["lr"]) + 2.7) ** 2
        + ((p["batch"] - 64) / 64) ** 2
        + math.log2(p["depth"] / 12) ** 2 / 4
        + (p["dropout"] - 0.2) ** 2
        + (p["decay"] - 0.3) ** 2
        + {"sgd": 0.5, "adamw": 0.0, "lion": 0.2}[p["optimizer"]]
    )


def cube(count, low, high):
    return {f"x{i}": {"type": "float", "low": low, "high": high} for i in range(count)}


OBJECTIVES = {
    "branin": (PAIR, branin, 0.39788735772973816),
    "hartmann6": (cube(6, 0.0, 1.0), hartmann6, -3.322368011415515),
    "ackley5": (cube(5, -32.768, 32.768), ackley5, 0.0),
    "mixed": (SPACE, mixed, 0.0),
}


def regret(space, objective, least, sampler):
    study = optuna.create_study(sampler=sampler)
    distributions = {name: json_to_distribution(json.dumps(d)) for name, d in space.items()}
    for _ in range(100):
        trial = study.ask(distributions)
        study.tell(trial, objective(trial.params))
    return float("%.6g" % (study.best_value - least))


def regrets(folder):
    recorded = {}
    for name, (space, objective, least) in OBJECTIVES.items():
        recorded[name] = {
            "space": space,
            "least": least,
            "tpe": [regret(space, objective, least, optuna.samplers.TPESampler(seed=seed)) for seed in range(100)],
            "random": [regret(space, objective, least, optuna.samplers.RandomSampler(seed=seed)) for seed in range(100)],
        }
        print(name, np.median(recorded[name]["tpe"]), np.median(recorded[name]["random"]), flush=True)
    (folder / "tpe_regrets.json").write_text(json.dumps(recorded) + "\n")


def normal(folder):
    from scipy.special import log_ndtr, ndtri_exp

    at = [-300.0, -40.0, -37.5, -20.0, -8.0, -5.7, -4.0, -2.5, -1.0, -0.7, -0.66, -0.3, -1e-9, 0.0, 0.2, 0.7, 1.5, 3.0, 5.0, 7.0, 8.5, 30.0]
    logs = [-1e5, -900.0, -30.0, -5.0, -1.0, -0.7, -0.69314719]
    (folder / "normal.json").write_text(
        json.dumps(
            {
                "logCdf": [[x, float(log_ndtr(x))] for x in at],
                "quantile": [[y, float(ndtri_exp(y))] for y in logs],
            }
        )
        + "\n"
    )


if __name__ == "__main__":
    into = Path(sys.argv[1])
    for part in sys.argv[2:] or ["normal", "streams", "densities", "regrets"]:
        globals()[part](into)
