"""Fovea's exporter job: PyTorch's ``.pt2`` to ONNX, verified, without opening a pickle."""

from .errors import ExportRefused

__all__ = ["ExportRefused", "__version__"]
__version__ = "0.1.0"
