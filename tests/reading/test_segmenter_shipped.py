"""What the shipped segmenter must find, and where it must stay quiet, on pages drawn here."""

import numpy as np
import pytest

from ocrapp.reading.segmenter import Segmenter
from ocrapp.runtime import Session, choose_device, load_catalog
from ocrapp.runtime.catalog import models_folder
from ocrapp.training.probe_segmenter import bowed, drawn_page, recall, turned
from ocrapp.training.render.grounds import barcode, bricks, foliage, stripes

pytestmark = pytest.mark.skipif(
    not (models_folder() / "catalog.toml").exists(), reason="this source tree has no models"
)


@pytest.fixture(scope="module")
def segmenter():
    model = load_catalog().default("segmenter")
    return Segmenter(Session(model, choose_device("cpu"), 1), model.params)


def test_lines_of_10_pixels_are_found(segmenter):
    result = recall(segmenter, [drawn_page(index, 10, (640, 320)) for index in range(3)])
    assert result.drawn > 40
    assert result.found >= 0.95 * result.drawn
    assert result.extra <= 0.05 * result.drawn


def test_lines_of_half_the_height_are_found(segmenter):
    result = recall(segmenter, [drawn_page(index, 320, (960, 640)) for index in range(3)])
    assert (result.drawn, result.found) == (3, 3)


@pytest.mark.parametrize("degrees", [-20, 12, 45])
def test_turned_pages_keep_their_lines(segmenter, degrees):
    result = recall(segmenter, [turned(drawn_page(1, 24, (520, 400)), degrees)])
    assert result.found >= 0.9 * result.drawn
    assert result.extra <= 1


def test_bent_lines_are_followed(segmenter):
    result = recall(segmenter, [bowed(drawn_page(0, 32, (640, 120)), 0.8)])
    assert result.found == result.drawn


def test_lines_set_solid_stay_apart(segmenter):
    page = drawn_page(3, 22, (600, 400), leading=1.0)
    result = recall(segmenter, [page])
    assert result.found >= 0.9 * result.drawn


@pytest.mark.parametrize("maker", [bricks, barcode, stripes, foliage])
def test_textures_stay_quiet(segmenter, maker):
    lines = [
        line for seed in range(3) for line in segmenter.segment(maker(np.random.default_rng(seed), 320, 420))
    ]
    assert len(lines) <= 2
