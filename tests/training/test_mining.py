import json

import cv2
import numpy as np
import pytest

from ocrapp.errors import InputUnreadableError
from ocrapp.reading.maps import TextLine
from ocrapp.training.data.real import Region, SceneSample
from ocrapp.training.mine_segmenter import alarmed_scene, false_alarms, read_alarms


def box(left, top, right, bottom):
    return ((left, top), (right, top), (right, bottom), (left, bottom))


class Eager:
    """Finds two lines on every image."""

    def segment(self, pixels, cancel=None):
        quads = box(10.0, 10.0, 60.0, 25.0), box(10.0, 60.0, 60.0, 75.0)
        return [TextLine(quad, quad, 0.9) for quad in quads]


@pytest.fixture
def photo(tmp_path):
    folder = tmp_path / "scenes_ic15_train" / "images"
    folder.mkdir(parents=True)
    path = folder / "a.png"
    path.write_bytes(cv2.imencode(".png", np.full((100, 80, 3), 90, np.uint8))[1].tobytes())
    return path


def test_only_lines_away_from_all_labels_are_false_alarms(photo):
    assert len(false_alarms(Eager(), photo, None)) == 2
    ignored = Region(box(40, 15, 75, 30), None, True)
    sample = SceneSample(photo, 80, 100, (ignored,), "scenes_ic15_train")
    assert false_alarms(Eager(), photo, sample) == [box(10.0, 60.0, 60.0, 75.0)]


def test_alarms_are_read_back_as_decoys(photo, tmp_path):
    rows = [
        {"set": "scenes_ic15_train", "image": name, "polygon": box(10, 60, 60, 75)}
        for name in ("images/a.png", "images/gone.png")
    ]
    mined = tmp_path / "mined.jsonl"
    mined.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (alarm,) = read_alarms(mined, tmp_path)
    scene = alarmed_scene(alarm, None)
    assert scene.image.shape == (100, 80, 3)
    assert scene.lines == ()
    assert scene.decoys[0].ribbon.height == pytest.approx(15)
    mined.write_text('{"set": 1}\n', encoding="utf-8")
    with pytest.raises(InputUnreadableError, match="Line 1"):
        read_alarms(mined, tmp_path)
