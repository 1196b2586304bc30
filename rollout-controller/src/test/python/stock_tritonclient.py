"""Holds a model server, or Fovea's router in front of several, against the stock Triton client. Exits 1 at the first difference.

Reads FOVEA_URL (http://host:port) and FOVEA_MODEL; for the router also FOVEA_PROJECT and FOVEA_TOKEN.
Needs: pip install tritonclient[http]
"""

import os
import struct
import sys
import zlib

import numpy as np
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException


def png(width, height, shade):
    rows = b"".join(b"\0" + bytes([shade]) * width for _ in range(height))
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def check(what, passed):
    print(("ok    " if passed else "FAIL  ") + what)
    if not passed:
        sys.exit(1)


def refused(what, call, *words):
    try:
        call()
    except InferenceServerException as error:
        check(f"{what}: {error}", all(word in str(error) for word in words))
    else:
        check(f"{what}: was not refused", False)


def main():
    url, model = os.environ["FOVEA_URL"].removeprefix("http://"), os.environ["FOVEA_MODEL"]
    if "FOVEA_PROJECT" in os.environ:
        url += "/inference/" + os.environ["FOVEA_PROJECT"]

    def headers():  # a new one each time: the client writes the length of its last request into it
        return {"Authorization": "Bearer " + os.environ["FOVEA_TOKEN"]} if "FOVEA_TOKEN" in os.environ else {}

    client = triton.InferenceServerClient(url, concurrency=4)

    check("server is live", client.is_server_live(headers=headers()))
    check("server is ready", client.is_server_ready(headers=headers()))
    check("model is ready", client.is_model_ready(model, headers=headers()))
    check("unknown model is not ready", not client.is_model_ready("no-such-model", headers=headers()))
    check("binary tensors are announced", "binary_tensor_data" in client.get_server_metadata(headers=headers())["extensions"])
    metadata = client.get_model_metadata(model, headers=headers())
    version = metadata["versions"][0]
    check("model of a version", client.get_model_metadata(model, version, headers=headers())["name"] == model)
    check("version is ready", client.is_model_ready(model, version, headers=headers()))

    tensor, image = metadata["inputs"]
    raw = metadata["outputs"][0]["name"]
    check("inputs are FP32 and BYTES", (tensor["datatype"], image["datatype"]) == ("FP32", "BYTES"))
    _, channels, height, width = [1 if size < 0 else size for size in tensor["shape"]]
    pixels = np.random.default_rng(1).random((3, channels, height, width), dtype=np.float32)

    def infer(binary_in=True, outputs=None, **options):
        entry = triton.InferInput(tensor["name"], list(pixels.shape), "FP32")
        entry.set_data_from_numpy(pixels, binary_data=binary_in)
        # One version, so that both calls of a comparison reach the same arm.
        return client.infer(model, [entry], model_version=version, outputs=outputs, headers=headers(), **options)

    plain = infer()
    reference = plain.as_numpy(raw)
    probabilities = plain.as_numpy("probabilities")
    check("binary in, binary out", reference.shape[0] == 3 and reference.dtype == np.float32)
    check("probabilities are one each", np.allclose(probabilities.sum(axis=1), 1, atol=1e-5))
    labels = plain.as_numpy("label")
    check("labels are text", labels.shape == (3,) and all(isinstance(label, bytes) and label for label in labels))

    both = [triton.InferRequestedOutput(raw, binary_data=False), triton.InferRequestedOutput("label", binary_data=False)]
    text = infer(binary_in=False, outputs=both, request_id="seven")
    check("JSON in, JSON out gives the same numbers", np.allclose(text.as_numpy(raw), reference, atol=1e-6))
    check("the id is echoed", text.get_response()["id"] == "seven")
    check("only what was asked for", [output["name"] for output in text.get_response()["outputs"]] == [raw, "label"])
    mixed = infer(outputs=[triton.InferRequestedOutput(raw, binary_data=True), triton.InferRequestedOutput("label", binary_data=False)])
    check("mixed forms in one answer", np.array_equal(mixed.as_numpy(raw), reference) and list(mixed.as_numpy("label")) == [label.decode() for label in labels])
    for algorithm in ("gzip", "deflate"):
        packed = infer(request_compression_algorithm=algorithm, response_compression_algorithm=algorithm)
        check(f"{algorithm} bodies", np.array_equal(packed.as_numpy(raw), reference))

    files = np.array([png(width, height, shade) for shade in (10, 240)], dtype=np.object_)
    entry = triton.InferInput(image["name"], [2], "BYTES")
    entry.set_data_from_numpy(files)
    answer = client.infer(model, [entry], headers=headers())
    check("encoded images as BYTES", answer.as_numpy("label").shape == (2,))

    entry = triton.InferInput(tensor["name"], list(pixels.shape), "FP32")
    entry.set_data_from_numpy(pixels)
    pending = [client.async_infer(model, [entry], headers=headers()) for _ in range(20)]
    check("twenty at a time", all(each.get_result().as_numpy(raw).shape == reference.shape for each in pending))

    refused("unknown model", lambda: client.infer("no-such-model", [entry], headers=headers()))
    refused("unknown version", lambda: client.infer(model, [entry], model_version="999999", headers=headers()), "version")
    wrong = triton.InferInput(tensor["name"], [1, 1, 1, 1 + width], "FP32")
    wrong.set_data_from_numpy(np.zeros((1, 1, 1, 1 + width), dtype=np.float32))
    refused("wrong shape", lambda: client.infer(model, [wrong], headers=headers()), "shape")
    broken = triton.InferInput(image["name"], [1], "BYTES")
    broken.set_data_from_numpy(np.array([b"no image"], dtype=np.object_))
    refused("no image", lambda: client.infer(model, [broken], headers=headers()), "image 0")
    refused("unknown output", lambda: client.infer(model, [entry], outputs=[triton.InferRequestedOutput("nothing")], headers=headers()), "nothing")
    print("the stock tritonclient is content")


main()
