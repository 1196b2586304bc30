"""model_files.py LAYOUT FOLDER: writes the files under /model of the image in an OCI layout into a folder."""

import json
import os
import sys
import tarfile

layout, folder = sys.argv[1:]
blob = lambda digest: os.path.join(layout, "blobs", *digest.split(":"))
with open(os.path.join(layout, "index.json")) as file:
    manifest = json.load(file)["manifests"][0]["digest"]
with open(blob(manifest)) as file:
    layers = json.load(file)["layers"]
os.makedirs(folder)
for layer in layers:
    with tarfile.open(blob(layer["digest"])) as tar:
        for member in tar:
            directory, name = os.path.split(member.name.lstrip("/"))
            if member.isfile() and directory == "model":
                with open(os.path.join(folder, name), "wb") as out:
                    out.write(tar.extractfile(member).read())
