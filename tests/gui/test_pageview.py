import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip

from ocrapp.gui.confidence import Trust
from ocrapp.gui.pageview import PageView
from ocrapp.gui.picture import picture_of
from ocrapp.gui.theme import OVERLAY
from tests.gui.fakes import page_of, quad

TEXT = "Hello wörld\nsecond line"


@pytest.fixture
def view(qtbot):
    view = PageView()
    qtbot.addWidget(view)
    view.resize(500, 400)
    view.show()
    qtbot.waitExposed(view)
    view.show_picture(picture_of(np.full((300, 400, 3), 255, np.uint8)))
    view.show_page(page_of(TEXT, confidences=[0.99, 0.8, 0.3, 0.99]))
    return view


def spot(view, x, y):
    """Where a point of the page is in the viewport."""
    return view.mapFromScene(QPointF(x, y))


def wheel(view, place, degrees, modifiers=Qt.KeyboardModifier.NoModifier):
    event = QWheelEvent(
        QPointF(place),
        view.viewport().mapToGlobal(QPointF(place)),
        QPoint(),
        QPoint(0, degrees * 8),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)


def test_the_page_is_fitted_and_stays_so(view):
    first = view.scale_factor
    assert first == pytest.approx((500 - 32) / 400)
    view.resize(900, 800)
    assert view.scale_factor == pytest.approx((900 - 32) / 400)
    view.zoom_original()
    view.resize(500, 400)
    assert view.scale_factor == 1.0
    view.fit()
    assert view.scale_factor == pytest.approx(first)


def test_small_crops_are_not_blown_up_to_blocks(view):
    view.show_picture(picture_of(np.zeros((8, 20, 3), np.uint8)))
    assert view.scale_factor == pytest.approx(3.0)


def test_the_wheel_zooms_at_the_pointer(view):
    place = spot(view, 100, 60)
    before = view.scale_factor
    for _ in range(6):
        wheel(view, place, 15)
    assert view.scale_factor == pytest.approx(before * 1.25**6)
    after = view.mapToScene(place)
    assert (after.x(), after.y()) == pytest.approx((100, 60), abs=2)
    wheel(view, place, -90)
    assert view.scale_factor == pytest.approx(before, rel=0.01)


def test_zoom_has_limits(view):
    for _ in range(60):
        view.zoom_in()
    assert view.scale_factor <= 32
    for _ in range(120):
        view.zoom_out()
    assert view.scale_factor >= 0.019


def test_plus_and_minus_zoom(view, qtbot):
    before = view.scale_factor
    qtbot.keyClicks(view, "+")
    assert view.scale_factor > before
    qtbot.keyClicks(view, "-")
    assert view.scale_factor == pytest.approx(before)


def test_dragging_pans_and_is_no_click(view, qtbot):
    view.zoom_to(4.0)
    start = view.viewport().rect().center()
    held = view.mapToScene(start)
    with qtbot.assertNotEmitted(view.word_clicked), qtbot.assertNotEmitted(view.background_clicked):
        qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=start)
        for step in (20, 40, 60):
            qtbot.mouseMove(view.viewport(), start + QPoint(step, step // 2))
        qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=start + QPoint(60, 30))
    now = view.mapToScene(start + QPoint(60, 30))
    assert (now.x(), now.y()) == pytest.approx((held.x(), held.y()), abs=1)


def test_a_click_names_the_word(view, qtbot):
    with qtbot.waitSignal(view.word_clicked) as clicked:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot(view, 90, 18))
    assert clicked.args == [1, False]
    with qtbot.waitSignal(view.word_clicked) as clicked:
        qtbot.mouseClick(
            view.viewport(),
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.ShiftModifier,
            spot(view, 20, 38),
        )
    assert clicked.args == [2, True]
    with qtbot.waitSignal(view.line_clicked) as clicked:
        qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot(view, 90, 18))
    assert clicked.args == [1]
    with qtbot.waitSignal(view.background_clicked):
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot(view, 300, 200))


def tooltip(view, x, y):
    place = spot(view, x, y)
    event = QHelpEvent(QHelpEvent.Type.ToolTip, place, view.viewport().mapToGlobal(place))
    QApplication.sendEvent(view.viewport(), event)
    return QToolTip.text()


def test_the_tooltip_has_word_and_confidence(view):
    tip = tooltip(view, 90, 18)
    assert "wörld" in tip
    assert "80 % confident" in tip


def test_a_word_that_looks_like_markup_is_shown_as_it_is(view):
    view.show_page(page_of("<b>x</b>"))
    assert "&lt;b&gt;x&lt;/b&gt;" in tooltip(view, 20, 18)


def test_the_smallest_of_overlapping_words_is_meant(view):
    page = page_of("outer inner")
    word = page.blocks[0].lines[0].words
    object.__setattr__(word[0], "polygon", quad(0, 0, 200, 100))
    object.__setattr__(word[1], "polygon", quad(50, 40, 90, 60))
    view.show_page(page)
    assert view.overlay.word_at(QPointF(60, 50)) == 1
    assert view.overlay.word_at(QPointF(10, 10)) == 0
    assert view.overlay.word_at(QPointF(250, 50)) is None


def painted(view, x, y):
    QApplication.processEvents()
    return view.viewport().grab().toImage().pixelColor(spot(view, x, y))


def nearest(colour):
    def distance(step):
        return abs(OVERLAY[step].hue() - colour.hue()) % 360

    return min(Trust, key=distance)


def test_words_are_painted_in_the_colour_of_their_confidence(view):
    view.zoom_to(4.0)
    for x, y, step in ((30, 11, Trust.SURE), (90, 11, Trust.CHECK), (30, 31, Trust.POOR)):
        view.centerOn(x, y)
        assert nearest(painted(view, x, y)) is step
    view.centerOn(200, 200)
    assert painted(view, 200, 200).saturation() == 0
    view.overlay.show_marks(False)
    view.centerOn(30, 31)
    assert painted(view, 30, 31).saturation() == 0


def test_selected_words_come_into_sight(view):
    view.zoom_to(8.0)
    view.centerOn(390, 290)
    view.select([0])
    seen = view.mapToScene(view.viewport().rect()).boundingRect()
    assert seen.contains(view.overlay.box_of([0]))
    assert view.overlay.box_of([0]).width() == 50


def test_a_preview_is_replaced_without_a_jump(view):
    view.show_nothing()
    assert not view.has_picture
    small = QImage(40, 30, QImage.Format.Format_RGB888)
    small.fill(Qt.GlobalColor.red)
    view.show_preview(small, QSize(400, 300))
    assert painted(view, 200, 200).red() == 255
    view.zoom_to(2.0)
    view.show_picture(picture_of(np.zeros((300, 400, 3), np.uint8)))
    assert view.scale_factor == 2.0
    assert painted(view, 200, 200).red() == 0


def test_only_the_picture_is_gone_when_nothing_is_shown(view, qtbot):
    with qtbot.waitSignal(view.scale_changed) as told:
        view.show_nothing()
    assert told.args == [0.0]
    view.zoom_in()
    assert view.overlay.word_at(QPointF(20, 18)) is None
