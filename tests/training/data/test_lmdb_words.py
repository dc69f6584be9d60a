"""LMDB archives of word crops, written here the way the published ones are."""

import pickle
from pathlib import Path

import cv2
import lmdb
import numpy as np
import pytest

from ocrapp.errors import InputNotFoundError, InputUnreadableError
from ocrapp.training.data.lmdb_words import LmdbWords


def write(folder: Path, entries: dict[str, bytes]) -> Path:
    folder.mkdir()
    with (
        lmdb.open(str(folder), map_size=1 << 20) as environment,
        environment.begin(write=True) as transaction,
    ):
        for key, value in entries.items():
            transaction.put(key.encode(), value)
    return folder


def image(width: int, height: int) -> bytes:
    return cv2.imencode(".png", np.full((height, width, 3), 7, np.uint8))[1].tobytes()


def test_words_come_with_label_bytes_and_size(tmp_path: Path) -> None:
    entries = {
        "num-samples": b"2",
        "image-000000001": image(8, 4),
        "label-000000001": "Café".encode(),
        "wh-000000001": b"8_4",
        "image-000000002": image(3, 5),
        "label-000000002": b"EXIT",
    }
    with LmdbWords(write(tmp_path / "MJ_train", entries), exact=False) as words:
        assert len(words) == 2
        first, second = words
    assert (first.text, first.size, first.dataset, first.name) == (
        "Café",
        (8, 4),
        "MJ_train",
        "MJ_train-000000001",
    )
    assert not first.exact
    assert first.punctuation
    assert first.load().shape == (4, 8, 3)
    assert second.size is None
    assert second.load().shape == (5, 3, 3)


def test_a_copy_for_a_worker_opens_its_own(tmp_path: Path) -> None:
    entries = {"num-samples": b"1", "image-000000001": image(2, 2), "label-000000001": b"a"}
    words = LmdbWords(write(tmp_path / "a", entries))
    assert words[0].text == "a"  # opened: the environment itself cannot be pickled
    copy = pickle.loads(pickle.dumps(words))
    words.close()
    assert copy[0].text == "a"
    copy.close()
    with pytest.raises(IndexError):
        copy[1]


def test_faults_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputNotFoundError, match=r"data\.mdb"):
        LmdbWords(tmp_path)
    with pytest.raises(InputUnreadableError, match="num-samples"):
        LmdbWords(write(tmp_path / "other", {"x": b"y"}))
    with (
        LmdbWords(write(tmp_path / "gap", {"num-samples": b"1"})) as words,
        pytest.raises(InputUnreadableError, match="000000001"),
    ):
        words[0]
    (tmp_path / "noise").mkdir()
    (tmp_path / "noise" / "data.mdb").write_bytes(b"no archive" * 1000)
    with pytest.raises(InputUnreadableError, match="LMDB"):
        LmdbWords(tmp_path / "noise")
