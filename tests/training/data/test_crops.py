"""Crops for a teacher: which regions, how wide, and photos that are in another set as well."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocrapp.page import Polygon
from ocrapp.training.data.crops import labelled, page_lines, unlabelled, widened, without_copies, words
from ocrapp.training.data.real import PageSample, Pixels, Region, SceneSample, WordSample


def box(x: float, y: float, width: float, height: float) -> Polygon:
    return ((x, y), (x + width, y), (x + width, y + height), (x, y + height))


def save(path: Path, pixels: Pixels, quality: int = 95) -> Path:
    path.write_bytes(cv2.imencode(path.suffix, pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes())
    return path


def photo(path: Path, regions: tuple[Region, ...]) -> SceneSample:
    image = Image.new("RGB", (300, 100), "white")
    ImageDraw.Draw(image).text((20, 20), "Harbour", "black", ImageFont.load_default(40))
    return SceneSample(save(path, np.asarray(image)), 300, 100, regions, "photos")


REGIONS = (
    Region(box(0, 0, 50, 20), "known", False),
    Region(box(0, 0, 50, 20), None, True),
    Region(box(0, 0, 60, 20), None, False),
    Region(box(0, 0, 50, 5), None, False),
    Region(box(0, 0, 50, 5), "small", False),
)


def test_unread_regions_of_some_size_are_cut_out(tmp_path: Path) -> None:
    samples = [photo(tmp_path / "a.png", REGIONS), photo(tmp_path / "b.png", REGIONS[:2])]
    crops = list(unlabelled(samples))
    assert [(crop.source, crop.region, crop.known) for crop in crops] == [("a.png", 2, "")]
    assert crops[0].pixels.shape == (20, 60, 3)


def test_read_regions_come_with_their_label(tmp_path: Path) -> None:
    (crop,) = labelled([photo(tmp_path / "a.png", REGIONS)], (0.1, 0.1))
    assert (crop.source, crop.region, crop.known) == ("a.png", 0, "known")
    assert crop.pixels.shape == (24, 54, 3)


def test_words_come_as_they_are(tmp_path: Path) -> None:
    path = save(tmp_path / "w.png", np.full((9, 30, 3), 7, np.uint8))
    (crop,) = words([WordSample(path, "WORD", "set")])
    assert (crop.source, crop.known, crop.pixels.shape) == ("w.png", "WORD", (9, 30, 3))


def test_lines_of_a_page_know_its_text(tmp_path: Path) -> None:
    path = save(tmp_path / "p.png", np.full((90, 300, 3), 255, np.uint8))
    found = [box(10, 10, 200, 20), box(10, 40, 100, 4), box(10, 50, 100, 20)]
    crops = list(page_lines([PageSample(path, "one\ntwo")], lambda _pixels: found, (0.0, 0.0)))
    assert [(crop.region, crop.known, crop.pixels.shape[1]) for crop in crops] == [
        (0, "one\ntwo", 200),
        (2, "one\ntwo", 100),
    ]


def test_quads_are_widened_along_their_own_axes() -> None:
    assert widened(box(10, 20, 100, 10), (0.1, 0.1), "a") == ((9, 19), (111, 19), (111, 31), (9, 31))
    # A line that runs upwards: reading starts at the lower left corner.
    upwards = ((10.0, 120.0), (10.0, 20.0), (20.0, 20.0), (20.0, 120.0))
    assert widened(upwards, (0.1, 0.1), "a") == ((9, 121), (9, 19), (21, 19), (21, 121))
    moved = widened(box(10, 20, 100, 10), (-0.2, 0.2), "a")
    assert moved == widened(box(10, 20, 100, 10), (-0.2, 0.2), "a")
    assert moved != widened(box(10, 20, 100, 10), (-0.2, 0.2), "b")
    assert np.abs(np.array(moved) - np.array(box(10, 20, 100, 10))).max() <= 2
    curved = (*box(0, 0, 9, 9), (4.0, 5.0))
    assert widened(curved, (0.1, 0.1), "a") == curved


def test_photos_of_another_set_are_found_at_any_size(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    scenes = [
        cv2.resize(rng.integers(0, 255, (6, 9, 3), np.uint8), (640, 480), interpolation=cv2.INTER_CUBIC)
        for _ in range(4)
    ]
    samples = [
        SceneSample(save(tmp_path / f"{n}.jpg", pixels), 640, 480, (), "a") for n, pixels in enumerate(scenes)
    ]
    copy = cv2.convertScaleAbs(cv2.resize(scenes[2], (400, 300)), alpha=0.8, beta=10)
    twin = SceneSample(save(tmp_path / "twin.jpg", copy, 40), 400, 300, (), "b")
    kept, copies = without_copies(samples, [twin])
    assert [sample.path.name for sample in kept] == ["0.jpg", "1.jpg", "3.jpg"]
    assert copies == [("2.jpg", "twin.jpg")]
    assert without_copies(samples, []) == (samples, [])
    assert without_copies([], [twin]) == ([], [])


@pytest.mark.parametrize("margin", [(0.0, 0.0), (0.02, 0.18)])
def test_degenerate_quads_do_not_fail(margin: tuple[float, float], tmp_path: Path) -> None:
    regions = (Region(((5, 5), (5, 5), (5, 5), (5, 5)), "dot", False),)
    assert list(labelled([photo(tmp_path / "a.png", regions)], margin)) == []
