import re
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QPalette

import ocrapp.gui
from ocrapp.gui import icons
from ocrapp.gui.confidence import Trust
from ocrapp.gui.theme import DARK, LIGHT, OVERLAY, Scheme, Theme, colours_of, palette_of


def luminance(colour):
    parts = [
        c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in QColor(colour).getRgbF()[:3]
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read_on_every_ground(colours):
    for ground in (colours.window, colours.base, colours.raised, colours.soft_accent):
        for ink in (colours.text, colours.muted, colours.sure, colours.check, colours.poor):
            assert contrast(ink, ground) >= 4.5, (ink, ground)
    assert contrast(colours.on_accent, colours.accent) >= 4.5


@pytest.mark.parametrize("paper", ["#ffffff", "#242c34"], ids=["paper", "dark photo"])
def test_marks_stand_out_from_the_image(paper):
    for step in (Trust.CHECK, Trust.POOR):
        assert contrast(OVERLAY[step], paper) >= 2.5, step


def test_no_other_module_names_a_colour():
    for path in Path(ocrapp.gui.__file__).parent.glob("*.py"):
        if path.name != "theme.py":
            assert not re.findall(r"#[0-9a-fA-F]{6}\b", path.read_text(encoding="utf-8")), path.name


def test_a_scheme_changes_the_application(qapp):
    theme = Theme(qapp, Scheme.DARK)
    assert colours_of(qapp.palette()) is DARK
    theme.choose(Scheme.LIGHT)
    assert colours_of(qapp.palette()) is LIGHT
    assert qapp.palette().color(QPalette.ColorRole.Base).name() == LIGHT.base


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("name", icons.names())
def test_icons_are_drawn_in_the_ink_of_the_palette(qapp, name, colours):
    drawn = icons.icon(name, palette_of(colours)).pixmap(64, 64).toImage()
    solid = [
        drawn.pixelColor(x, y)
        for x in range(drawn.width())
        for y in range(drawn.height())
        if drawn.pixelColor(x, y).alpha() > 250
    ]
    assert len(solid) > 15
    assert all(abs(colour.lightness() - QColor(colours.text).lightness()) < 12 for colour in solid)


def test_the_icon_of_the_program(qapp):
    assert not icons.app_icon(LIGHT).pixmap(64, 64).isNull()
