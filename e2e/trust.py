"""Signatures of model versions and exports of the lineage, read by the tools of others.

Usage: FOVEA_URL=… FOVEA_TOKEN=… trust.py WORK   (model-signing, securesystemslib, cryptography, prov and openlineage-python)

model-signing 1.1.1 checks signatures of NIST's curves alone, so that its own command refuses Fovea's Ed25519 key. Everything else of it is used
as it is: the reader of bundles, of statements and of folders; only the mathematics is cryptography's.
"""

import base64
import hashlib
import json
import os
import pathlib
import sys
import time
import urllib.error
import urllib.request

import model_signing
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from model_signing._signing import sign_sigstore_pb
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from prov.model import ProvDocument
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey

URL, TOKEN = os.environ["FOVEA_URL"].rstrip("/"), os.environ["FOVEA_TOKEN"]
WORK = pathlib.Path(sys.argv[1])
PROJECT, MODEL = "trust", "signed-reader"
API = f"/api/v1/projects/{PROJECT}"
FILES = {"MLmodel": b"flavors: {}\n", "model.onnx": b"the weights", "code/load.py": b"import onnx\n"}


def call(method, path, body=None, media="application/json"):
    data = json.dumps(body).encode() if isinstance(body, dict) else body
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": media, "X-MLFLOW-WORKSPACE": PROJECT}
    with urllib.request.urlopen(urllib.request.Request(URL + path, data, headers, method=method), timeout=60) as answer:
        return answer.read()


def refused(what, text, step):
    try:
        step()
    except (ValueError, InvalidSignature, SystemExit) as e:
        assert text in str(e), f"{what}: {e!r} (expected to contain: {text!r})"
        return
    raise AssertionError(f"{what}: taken (expected: refused)")


def register():
    mlflow = lambda name, body: json.loads(call("POST", "/api/2.0/mlflow/" + name, body))
    run = mlflow("runs/create", {"experiment_id": "0", "start_time": 1, "run_name": "train"})["run"]["info"]["run_id"]
    for name, content in FILES.items():
        call("PUT", f"/api/2.0/mlflow-artifacts/artifacts/0/{run}/artifacts/model/{name}", content, "application/octet-stream")
    mlflow("registered-models/create", {"name": MODEL})
    return mlflow("model-versions/create", {"name": MODEL, "source": f"runs:/{run}/model", "run_id": run})["model_version"]["version"]


class Ed25519Verifier(sign_sigstore_pb.Verifier):
    """model-signing's verifier of bundles, with a key that its own does not take."""

    def __init__(self, key):
        self.key = key

    def _verify_bundle(self, bundle):
        pem = self.key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        assert bundle.verification_material.public_key.hint == hashlib.sha256(pem).hexdigest()
        envelope = bundle.dsse_envelope
        self.key.verify(envelope.signatures[0].sig, sign_sigstore_pb.pae(envelope.payload))
        return envelope.payload_type, envelope.payload


def signature(number):
    bundle = call("GET", f"{API}/models/{MODEL}/versions/{number}/signature")
    pem = json.loads(call("GET", f"{API}/models/-/keys"))[0]["pem"].encode()
    folder = WORK / "model"
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    (WORK / "model.sig").write_bytes(bundle)
    (WORK / "key.pem").write_bytes(pem)
    key = load_pem_public_key(pem)

    # The whole of model-signing but for its choice of curves: bundle, statement, folder.
    config = model_signing.verifying.Config()
    config._verifier = Ed25519Verifier(key)
    config.verify(folder, WORK / "model.sig")
    # What MLflow's client adds to a download is no part of the model.
    (folder / "registered_model_meta").write_text("model_name: x")
    again = model_signing.verifying.Config()
    again._verifier = Ed25519Verifier(key)
    again.verify(folder, WORK / "model.sig")
    for name, content, text in (("model.onnx", b"other weights", "Hash mismatch for 'model.onnx'"), ("code/more.py", b"", "Extra files found")):
        before = (folder / name).read_bytes() if (folder / name).exists() else None
        (folder / name).write_bytes(content)
        fresh = model_signing.verifying.Config()
        fresh._verifier = Ed25519Verifier(key)
        refused(name, text, lambda: fresh.verify(folder, WORK / "model.sig"))
        (folder / name).unlink() if before is None else (folder / name).write_bytes(before)
    try:
        model_signing.verifying.Config().use_elliptic_key_verifier(public_key=WORK / "key.pem")
        raise SystemExit("model-signing takes Ed25519 keys now: docs/signed-models.md says that it does not")
    except (AttributeError, ValueError, TypeError) as e:
        print("model-signing's own command refuses the key:", e)

    # securesystemslib, which in-toto and TUF stand on.
    envelope = json.loads(bundle)["dsseEnvelope"]
    dsse = Envelope.from_dict(json.loads(json.dumps(envelope)))
    for each in dsse.signatures.values() if isinstance(dsse.signatures, dict) else dsse.signatures:
        signer = SSlibKey.from_crypto(key, keyid=each.keyid)
    assert dsse.verify([signer], threshold=1)
    statement = json.loads(base64.b64decode(envelope["payload"]))
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["predicate"]["fovea"]["number"] == int(number)
    assert not statement["predicate"]["fovea"]["signedLater"]
    altered = base64.b64encode(base64.b64decode(envelope["payload"]).replace(b"signed-reader", b"other-reader!"))
    bad = json.loads(json.dumps(envelope | {"payload": altered.decode()}))
    try:
        Envelope.from_dict(bad).verify([signer], threshold=1)
        raise SystemExit("an altered payload was taken")
    except Exception as e:
        assert type(e).__name__ == "VerificationError", repr(e)
    found = json.loads(call("GET", f"{API}/models/{MODEL}/versions/{number}/verification"))
    assert found["faults"] == [] and found["files"] == 3, found
    return statement


def lineage(digest):
    path = f"{API}/lineage/{digest}/export?direction=both&format="
    document = ProvDocument.deserialize(content=call("GET", path + "prov").decode(), format="json")
    records = {type(each).__name__ for each in document.get_records()}
    assert {"ProvEntity", "ProvActivity", "ProvGeneration"} <= records, records
    labels = {str(each.label) for each in document.get_records() if hasattr(each, "label")}
    assert f"{MODEL} 1" in labels and "run train" in labels, labels
    # What another tool wrote of it reads back as the same.
    assert ProvDocument.deserialize(content=document.serialize(format="json"), format="json") == document
    assert "wasGeneratedBy" in document.get_provn()

    events = [json.loads(line) for line in call("GET", path + "openlineage").decode().splitlines()]
    assert events
    for event in events:
        # The client's own classes check the times and the run's id.
        RunEvent(
            eventType=RunState[event["eventType"]],
            eventTime=event["eventTime"],
            producer=event["producer"],
            run=Run(runId=event["run"]["runId"], facets=event["run"]["facets"]),
            job=Job(namespace=event["job"]["namespace"], name=event["job"]["name"]),
            inputs=[InputDataset(**each) for each in event["inputs"]],
            outputs=[OutputDataset(**each) for each in event["outputs"]],
        )
        assert event["schemaURL"] == RunEvent._get_schema(), event["schemaURL"]
    return len(document.get_records()), len(events)


WORK.mkdir(parents=True, exist_ok=True)
call("PUT", API, {})
statement = signature(register())
print("a version's signature holds; altered files, extra files and an altered payload are refused")
digest = statement["predicate"]["fovea"]["file"]
for _ in range(100):
    try:
        counts = lineage(digest)
        break
    except urllib.error.HTTPError as e:
        # The registry hears of it by its queue.
        if e.code != 404:
            raise
        time.sleep(0.2)
else:
    raise SystemExit("the lineage does not know the model after 20 s")
print("%d records of PROV, %d events of OpenLineage" % counts)
