import hashlib
import os

import pytest

from ocrapp.errors import ModelUnusableError
from ocrapp.runtime.integrity import verify_file

DATA = b"weights" * 100
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "model.onnx"
    path.write_bytes(DATA)
    return path


def flip_a_byte(path, keep_time=False):
    """Damage a file; with ``keep_time`` as a disk does, without a trace in its stat."""
    before = path.stat()
    data = bytearray(path.read_bytes())
    data[50] ^= 1
    path.write_bytes(data)
    if keep_time:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    else:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1_000_000))


def test_damage_missing_and_truncation_are_told(file):
    verify_file(file, SHA256, len(DATA))
    flip_a_byte(file)
    with pytest.raises(ModelUnusableError, match="is damaged"):
        verify_file(file, SHA256, len(DATA))
    file.write_bytes(DATA[:-1])
    with pytest.raises(ModelUnusableError, match="699 bytes instead of 700"):
        verify_file(file, SHA256, len(DATA))
    file.unlink()
    with pytest.raises(ModelUnusableError, match="cannot be read"):
        verify_file(file, SHA256, len(DATA))


def test_success_is_remembered_by_stat_and_fresh_looks_again(file):
    verify_file(file, SHA256, len(DATA))
    flip_a_byte(file, keep_time=True)
    verify_file(file, SHA256, len(DATA))  # not hashed again: that is what makes the start fast
    with pytest.raises(ModelUnusableError, match="is damaged"):
        verify_file(file, SHA256, len(DATA), fresh=True)


def test_failure_is_not_remembered(file):
    flip_a_byte(file)
    for _ in range(2):
        with pytest.raises(ModelUnusableError, match="is damaged"):
            verify_file(file, SHA256, len(DATA))


def test_another_checksum_is_another_question(file):
    verify_file(file, SHA256)
    with pytest.raises(ModelUnusableError, match="is damaged"):
        verify_file(file, "0" * 64)


def test_a_cache_that_cannot_be_written_is_no_obstacle(file, own_cache):
    (own_cache / "ocrapp").write_text("a file where the folder should be")
    for _ in range(2):
        verify_file(file, SHA256, len(DATA))
    flip_a_byte(file, keep_time=True)
    with pytest.raises(ModelUnusableError, match="is damaged"):
        verify_file(file, SHA256, len(DATA))
