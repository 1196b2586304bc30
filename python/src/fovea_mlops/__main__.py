"""``python -m fovea_mlops export MODEL --out FOLDER``"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import __version__
from .confine import confine
from .errors import EXIT_FAILED, EXIT_MEMORY, EXIT_REFUSED, ExportRefused


def main(arguments: list[str] | None = None) -> int:
    """Runs a command line and answers its exit code: 0, 1 failed, 2 usage, 3 out of memory, 4 refused."""
    parser = argparse.ArgumentParser(prog="fovea-mlops", description="PyTorch to ONNX, verified.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True)
    export = commands.add_parser("export", help="writes model.onnx and report.json")
    export.add_argument("model", help="a .pt2 file, or package.module:callable, which runs your code")
    export.add_argument("--out", type=Path, required=True, help="an existing folder")
    export.add_argument("--input", action="append", default=[], metavar="N,C,H,W", help="a shape, for a callable")
    export.add_argument("--recorded", type=Path, help="a recording of inputs (safetensors), asked as well")
    export.add_argument("--tolerance", type=float, default=1e-3, help="of the largest output (default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        return _export(options)
    except ExportRefused as e:
        print(e, file=sys.stderr)
        return EXIT_REFUSED
    except MemoryError:
        print("out of memory", file=sys.stderr)
        return EXIT_MEMORY
    except Exception as e:
        print(f"{type(e).__name__}: {e}", file=sys.stderr)
        return EXIT_FAILED


def _export(options: argparse.Namespace) -> int:
    from .export import export_archive, export_callable

    out: Path = options.out
    if not out.is_dir():
        raise ExportRefused(f"{out} is no folder; make it first")
    if ":" in options.model and not Path(options.model).exists():
        shapes = [tuple(int(size) for size in text.split(",")) for text in options.input]
        report = export_callable(options.model, shapes, out, options.recorded, options.tolerance)
    else:
        # The libraries are loaded first: they look around in places that are closed afterwards.
        import onnxruntime  # noqa: F401
        import torch  # noqa: F401

        model = Path(options.model)
        if not model.is_file():
            raise ExportRefused(f"no file {model}")
        readable = [model.parent, *([options.recorded.parent] if options.recorded else [])]
        import tempfile

        confined = confine(readable, [out, Path(tempfile.gettempdir())])
        report = export_archive(model, out, options.recorded, options.tolerance)
        how = "confined" if confined else "not confined: this kernel has no Landlock"
        print(f"{how}; ", end="")
    print(f"{report['exporter']}: {report['nodes']} nodes, largest difference {report['worst']['relative']:.2e}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
