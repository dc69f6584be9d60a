import numpy as np
import pytest

from ocrapp.gui.picture import SMALLEST_LEVEL, THUMBNAIL_SIDE, picture_of, thumbnail_of


def test_levels_halve_and_show_the_pixels():
    pixels = np.zeros((1500, 2101, 3), np.uint8)
    pixels[:, :1000] = (200, 100, 50)
    picture = picture_of(pixels)
    assert (picture.width, picture.height) == (2101, 1500)
    assert [(level.width(), level.height()) for level in picture.levels] == [
        (2101, 1500),
        (1051, 750),
        (526, 375),
    ]
    assert max(picture.levels[-1].width(), picture.levels[-1].height()) < 2 * SMALLEST_LEVEL
    assert all(level.pixelColor(10, 10).getRgb()[:3] == (200, 100, 50) for level in picture.levels)
    assert picture.bytes >= pixels.nbytes


@pytest.mark.parametrize(
    ("scale", "width"), [(2.0, 2048), (1.0, 2048), (0.51, 2048), (0.5, 1024), (0.01, 512)]
)
def test_the_level_has_a_pixel_for_each_on_screen(scale, width):
    assert picture_of(np.zeros((2048, 2048, 3), np.uint8)).level_for(scale).width() == width


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 1), (3000, 2000), (40, 30)])
def test_thumbnails_of_all_shapes(size):
    thumbnail = thumbnail_of(picture_of(np.full((size[1], size[0], 3), 77, np.uint8)))
    assert 1 <= max(thumbnail.width(), thumbnail.height()) <= THUMBNAIL_SIDE
    assert thumbnail.pixelColor(0, 0).red() == 77


def test_a_view_on_other_memory_is_copied_into_order():
    pixels = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)
    picture = picture_of(pixels[:, ::-1])
    assert picture.levels[0].pixelColor(0, 0).getRgb()[:3] == tuple(pixels[0, 5])
