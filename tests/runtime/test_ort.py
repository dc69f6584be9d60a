import pytest

from ocrapp.runtime.ort import _quota, describe


@pytest.mark.parametrize(
    ("content", "cores"), [("200000 100000", 2), ("max 100000", 8), ("150000 100000", 1), ("", 8), (None, 8)]
)
def test_the_quota_of_a_container(tmp_path, content, cores):
    path = tmp_path / "cpu.max"
    if content is not None:
        path.write_text(content)
    assert _quota(path, default=8) == cores


def test_errors_become_one_line_without_prefix():
    error = RuntimeError("[ONNXRuntimeError] : 2 : INVALID_ARGUMENT : Got 4\n Expected: 3 : here.")
    assert describe(error) == "Got 4 Expected: 3 : here"
    assert describe(ValueError("plain")) == "plain"
