"""same_answers.py URL_A URL_B MODEL: the same random input to two servers of a model; every output must be equal to the last bit."""

import sys

import numpy as np
import tritonclient.http as triton


def answer(url, model):
    client = triton.InferenceServerClient(url.removeprefix("http://"))
    metadata = client.get_model_metadata(model)
    name, shape = metadata["inputs"][0]["name"], metadata["inputs"][0]["shape"]
    pixels = np.random.default_rng(7).random([5] + [int(each) for each in shape[1:]], dtype=np.float32)
    entry = triton.InferInput(name, list(pixels.shape), "FP32")
    entry.set_data_from_numpy(pixels, binary_data=True)
    result = client.infer(model, [entry])
    return metadata["versions"], {each["name"]: result.as_numpy(each["name"]) for each in metadata["outputs"]}


first, second, model = sys.argv[1:]
versions, here = answer(first, model)
others, there = answer(second, model)
if versions != others or here.keys() != there.keys() or not here:
    sys.exit(f"versions {versions} and {others}, outputs {list(here)} and {list(there)}")
for name in here:
    if here[name] is None or not np.array_equal(here[name], there[name]):
        sys.exit(f"{name} differs: {here[name]} and {there[name]}")
print(f"the same answers, to the last bit: {', '.join(here)} of model {model} {versions[0]}")
