"""No code of an archive runs, and what would need it is refused by name."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
import torch

from fovea_mlops import ExportRefused
from fovea_mlops.archive import check_expression, check_operator, clean
from fovea_mlops.export import export_program

MODEL = "models/model.json"
WEIGHTS = "data/weights/model_weights_config.json"
CONSTANTS = "data/constants/model_constants_config.json"
SAMPLES = "data/sample_inputs/model.pt"


def test_keeps_the_program_and_its_weights(archive):
    first = torch.export.load(archive)
    second = torch.export.load(io.BytesIO(clean(archive)))
    assert [n.target for n in second.graph.nodes] == [n.target for n in first.graph.nodes]
    for name, weight in first.state_dict.items():
        assert torch.equal(weight, second.state_dict[name])


def test_keeps_no_path_of_the_machine_that_exported(archive):
    assert b"site-packages" in archive.read_bytes()
    assert b"site-packages" not in clean(archive)


def test_never_opens_the_sample_inputs(forged, torch_pickled, canary):
    file = forged({SAMPLES: torch_pickled})
    torch.export.load(io.BytesIO(clean(file)))
    assert not canary.exists()


def test_would_have_let_them_run_without_the_copy(forged, torch_pickled, canary):
    with pytest.raises(Exception):  # noqa: B017
        torch.export.load(forged({SAMPLES: torch_pickled})).module()
    assert canary.exists(), "PyTorch's own loader unpickles: without this, the tests here show nothing"


def test_refuses_pickled_weights(forged, torch_pickled, canary):
    def change(config):
        next(iter(config["config"].values()))["use_pickle"] = True

    with pytest.raises(ExportRefused, match=r"weights: '.*' is a pickle"):
        clean(forged({WEIGHTS: change, "data/weights/weight_0": torch_pickled}))
    assert not canary.exists()


@pytest.mark.parametrize("kind", ["custom_obj_0", "opaque_obj_0"])
def test_refuses_custom_objects(forged, pickled, canary, kind):
    def change(config):
        config["config"]["thing"] = {"path_name": kind, "use_pickle": False, "is_param": False, "tensor_meta": None}

    file = forged({CONSTANTS: change}, {f"reader/data/constants/{kind}": pickled})
    with pytest.raises(ExportRefused, match=f"'thing' is a custom object, '{kind}'"):
        clean(file)
    assert not canary.exists()


def test_refuses_the_pickled_weights_of_older_versions(forged, torch_pickled, canary):
    with pytest.raises(ExportRefused, match=r"weights are a pickle, as PyTorch 2\.8"):
        clean(forged({}, {"reader/data/weights/model.pt": torch_pickled}))
    with pytest.raises(ExportRefused, match=r"PyTorch 2\.7 or older"):
        clean(forged({}, {"serialized_exported_program.json": b"{}"}))
    assert not canary.exists()


@pytest.mark.parametrize(
    "operator",
    ["torch.os.system", "torch.hub.load", "_operator.attrgetter", "math.nan", "builtins.eval", "torch.ops.load_library",
     "torch.ops.aten.add.Tensor.__globals__", "torch.ops.higher_order.cond", "#x"],
)  # fmt: skip
def test_looks_up_no_operator_that_is_none(forged, operator):
    def change(program):
        program["graph_module"]["graph"]["nodes"][0]["target"] = operator

    with pytest.raises(ExportRefused, match="is none that is exported"):
        clean(forged({MODEL: change}))


@pytest.mark.parametrize(
    "text",
    ["__import__('os').system('true')", "Symbol.__class__", "exec('1')", "lambda: 1", "open('x')", "s0.is_zero", "[1]",
     "Symbol('s0', **{})", "x" * 5000, 7],
)  # fmt: skip
def test_evaluates_no_size_that_is_no_arithmetic(forged, text):
    def change(program):
        sizes = program["graph_module"]["graph"]["tensor_values"]["x"]["sizes"]
        sizes[0]["as_expr"]["expr_str"] = text

    with pytest.raises(ExportRefused, match="is no arithmetic"):
        clean(forged({MODEL: change}))


def test_takes_the_sizes_and_operators_of_honest_archives():
    for text in ("Symbol('s77', positive=True, integer=True)", "FloorDiv(Add(Symbol('s1'), Integer(2)), Integer(2))"):
        check_expression(text)
    for name in ("torch.ops.aten.convolution.default", "torch.sym_max", "_operator.floordiv", "math.trunc"):
        check_operator(name)


def test_drops_the_guards(forged, canary, tmp_path):
    def change(program):
        program["guards_code"] = [f"open({str(canary)!r}, 'w') is not None"]

    program = torch.export.load(io.BytesIO(clean(forged({MODEL: change}))))
    assert not program._guards_code
    export_program(program, tmp_path, None, 1e-3)
    assert not canary.exists()


def test_imports_no_module_that_the_inputs_type_names(forged):
    def change(program):
        signature = program["graph_module"]["module_call_graph"][0]["signature"]
        signature["in_spec"] = (
            '[1, {"type": "collections.defaultdict", "context": '
            '{"default_factory_module": "antigravity", "default_factory_name": "webbrowser"}, "children_spec": []}]'
        )

    with pytest.raises(ExportRefused, match=r"of type 'collections\.defaultdict'"):
        clean(forged({MODEL: change}))


def test_measures_a_tensor_by_what_it_would_become(forged):
    def change(config):
        meta = next(iter(config["config"].values()))["tensor_meta"]
        meta["sizes"] = [{"as_int": 2**40}, {"as_int": 2}]
        meta["strides"] = [{"as_int": 0}, {"as_int": 0}]

    with pytest.raises(ExportRefused, match="elements; export a smaller model"):
        clean(forged({WEIGHTS: change}))


def test_refuses_archives_that_are_none(tmp_path, archive, forged):
    file = tmp_path / "x.pt2"
    file.write_bytes(b"no zip")
    with pytest.raises(ExportRefused, match=r"no readable \.pt2 archive"):
        clean(file)
    file.write_bytes(archive.read_bytes()[:-200])
    with pytest.raises(ExportRefused, match=r"no (readable \.pt2 )?archive"):
        clean(file)
    with pytest.raises(ExportRefused, match="is compressed or encrypted"):
        clean(forged({}, method=zipfile.ZIP_DEFLATED))
    with pytest.raises(ExportRefused, match="2 models in one archive"):
        clean(forged({}, {"reader/models/other.json": b"{}"}))
    with pytest.raises(ExportRefused, match="is no JSON"):
        clean(forged({MODEL: b"{"}))
    with pytest.raises(ExportRefused, match="nested"):
        clean(forged({MODEL: b'{"a":' * 3000 + b"1" + b"}" * 3000}))
    with pytest.raises(ExportRefused, match="no bytes for"):
        clean(forged({"data/weights/weight_0": None}))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_refuses_an_entry_that_is_there_twice(forged):
    with pytest.raises(ExportRefused, match="is there twice"):
        clean(forged({}, {"reader/models/model.json": b"{}"}))


def test_reads_no_path_that_leaves(forged):
    def change(config):
        next(iter(config["config"].values()))["path_name"] = "../../../etc/passwd"

    with pytest.raises(ExportRefused, match="is a custom object"):
        clean(forged({WEIGHTS: change}))
    assert Path("/etc/passwd").exists()
