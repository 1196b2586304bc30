"""Writes softmax-regression.json: a weighted softmax regression that scikit-learn fitted to its optimum.

Synthetic data, seed 20261122. Needs scikit-learn and numpy; run in this folder.
scikit-learn minimises C * sum(w_i * loss_i) + |W|^2 / 2, so C = 1 / (l2 * sum(w)) makes its objective
that of the test, which is mean_w(loss) + l2 / 2 * |W|^2.
"""

import json

import numpy as np
from sklearn.linear_model import LogisticRegression

random = np.random.RandomState(20261122)
classes, width, examples, l2 = 3, 4, 90, 0.02
centres = random.normal(0, 1.2, (classes, width))
labels = random.randint(0, classes, examples)
features = (centres[labels] + random.normal(0, 1, (examples, width))).astype(np.float32)
weights = np.where(random.rand(examples) < 0.2, 4.0, 1.0)
model = LogisticRegression(C=1 / (l2 * weights.sum()), tol=1e-12, max_iter=100_000)
model.fit(features.astype(np.float64), labels, sample_weight=weights)
logits = features.astype(np.float64) @ model.coef_.T + model.intercept_
top = logits.max(1, keepdims=True)
losses = np.log(np.exp(logits - top).sum(1)) + top[:, 0] - logits[np.arange(examples), labels]
golden = {
    "features": [[float(x) for x in row] for row in features],
    "labels": labels.tolist(),
    "weights": weights.tolist(),
    "l2": l2,
    "matrix": model.coef_.tolist(),
    "bias": model.intercept_.tolist(),
    "loss": float((weights * losses).sum() / weights.sum() + l2 / 2 * (model.coef_**2).sum()),
}
with open("softmax-regression.json", "w") as file:
    json.dump(golden, file, indent=1)
    file.write("\n")
