import pytest

from ocrapp.errors import DeviceUnavailableError, ModelUnusableError
from ocrapp.runtime import doctor
from ocrapp.runtime.packages import installed_packages, onnx_runtime_packages
from tests.runtime.conftest import describe_model
from tests.runtime.test_integrity import flip_a_byte


@pytest.fixture
def findings(tiny, catalog_of, monkeypatch):
    catalog_of(describe_model(tiny))
    monkeypatch.setenv("OCRAPP_MODELS", str(tiny.parent))
    return lambda: {finding.topic: finding for finding in doctor.examine()}


def test_a_sound_installation(findings):
    found = findings()
    assert [topic for topic, finding in found.items() if finding.problem] == []
    assert installed_packages()[onnx_runtime_packages()[0]] in found["ONNX Runtime"].detail
    assert found["Device"].detail.startswith("Running on")
    assert found["tiny"].detail.startswith("verified")


def test_damage_is_found_though_it_left_no_trace_in_the_stat(findings, tiny):
    findings()
    flip_a_byte(tiny, keep_time=True)
    assert isinstance(findings()["tiny"].problem, ModelUnusableError)


def test_no_catalog_is_found(findings, tiny):
    tiny.with_name("catalog.toml").unlink()
    assert isinstance(findings()["Models"].problem, ModelUnusableError)


def test_two_wheels_of_onnx_runtime_are_found(findings, monkeypatch):
    monkeypatch.setattr(doctor, "onnx_runtime_packages", lambda: ("onnxruntime", "onnxruntime-gpu"))
    problem = findings()["ONNX Runtime"].problem
    assert isinstance(problem, DeviceUnavailableError)
    assert "pip uninstall -y onnxruntime onnxruntime-gpu" in problem.hint


def test_a_wrong_setting_is_found(findings, monkeypatch):
    monkeypatch.setenv("OCRAPP_THREADS", "many")
    assert findings()["CPU threads"].problem is not None
