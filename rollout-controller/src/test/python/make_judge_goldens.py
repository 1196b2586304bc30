"""Writes the numbers that the judge is held against, computed by SciPy. Needs scipy and numpy.

Usage: make_judge_goldens.py FILE.csv
"""

import sys

import numpy as np
import scipy
from scipy.stats import nchypergeom_fisher

ALTERNATIVES = np.array([1.25, 1.5, 2, 3, 5, 8, 16, 50])


def ratio(stable_bad, stable, canary_bad, canary, margin, psi):
    total, bad = stable + canary, stable_bad + canary_bad
    distribution = lambda odds: nchypergeom_fisher.logpmf(canary_bad, total, canary, bad, odds)
    return distribution(psi) - distribution(margin)


def main():
    random = np.random.default_rng(20261122)
    lines = [f"# SciPy {scipy.__version__}: nchypergeom_fisher.logpmf; see make_judge_goldens.py", "stable_bad,stable,canary_bad,canary,margin,psi,log_ratio"]
    for _ in range(60):
        stable, canary = int(random.integers(1, 400)), int(random.integers(1, 120))
        stable_bad = int(random.binomial(stable, random.uniform(0, 0.3)))
        canary_bad = int(random.binomial(canary, random.uniform(0, 0.5)))
        margin = float(random.choice([1.0, 1.2, 2.0]))
        psi = margin * float(random.choice(ALTERNATIVES))
        value = ratio(stable_bad, stable, canary_bad, canary, margin, psi)
        if np.isfinite(value):
            lines.append(f"{stable_bad},{stable},{canary_bad},{canary},{margin},{psi},{value:.12g}")
    open(sys.argv[1], "w").write("\n".join(lines) + "\n")


main()
