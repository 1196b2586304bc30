# The exporter in Python, with a real PyTorch, and Fovea's own over models of torchvision.
torch=$(venv torch 'torch==2.14.1' 'torchvision==0.29.1' 'onnx==1.23.2' 'onnxruntime==1.32.0' onnxscript pytest ruff)
locked venv-torch "$torch/bin/pip" install -q --no-deps --force-reinstall ./python > "$OUT/pip.log" 2>&1
check python-exporter env -C python "$torch/bin/python" -m pytest -p no:cacheprovider
check python-style env -C python "$torch/bin/ruff" check --no-cache .
check export-zoo "$torch/bin/python" e2e/export_zoo.py
proved torch "$("$torch/bin/python" -c 'import torch; print(torch.__version__)')" "models of operators that Fovea lacks to ONNX, verified; no code of an archive runs"
proved torchvision "$("$torch/bin/python" -c 'import torchvision; print(torchvision.__version__)')" "its families and hand-written models to ONNX without Python, compared"
