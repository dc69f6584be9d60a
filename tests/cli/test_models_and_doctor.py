import pytest

from ocrapp.runtime import doctor as examination
from tests.runtime.conftest import catalog_of, describe_model, own_cache, tiny  # noqa: F401
from tests.runtime.test_integrity import flip_a_byte


@pytest.fixture
def model(tiny, catalog_of, monkeypatch):  # noqa: F811
    catalog_of(describe_model(tiny))
    monkeypatch.setenv("OCRAPP_MODELS", str(tiny.parent))
    return tiny


def test_models_are_listed(run, model):
    assert run("models", "list") == (0, "tiny *  segmenter  0.0 MB  Apache-2.0\n", "")


def test_models_are_verified(run, model):
    assert run("models", "verify") == (0, "tiny: verified, 0.0 MB\n", "")
    flip_a_byte(model, keep_time=True)
    outcome = run("models", "verify")
    assert outcome.code == 8
    assert "tiny.onnx is damaged" in outcome.out


def test_an_empty_catalog_lists_nothing(run, model):
    model.with_name("catalog.toml").write_text("")
    assert run("models", "list") == (0, "", "")


def test_no_catalog(run, model):
    model.with_name("catalog.toml").unlink()
    outcome = run("models", "list")
    assert (outcome.code, outcome.out) == (8, "")


def test_doctor_is_one_screen(run, model):
    outcome = run("doctor")
    assert (outcome.code, outcome.err) == (0, "")
    assert len(outcome.out.splitlines()) <= 24
    assert all(line.startswith("ok ") for line in outcome.out.splitlines())


def test_doctor_tells_what_to_do_and_fails(run, model, monkeypatch):
    monkeypatch.setattr(examination, "onnx_runtime_packages", lambda: ("onnxruntime", "onnxruntime-gpu"))
    outcome = run("doctor")
    assert outcome.code == 9
    assert "!! ONNX Runtime" in outcome.out
    assert "-> Repair it with: pip uninstall" in outcome.out
