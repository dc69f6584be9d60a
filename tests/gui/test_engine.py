import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from ocrapp.errors import InputUnreadableError, ModelUnusableError
from ocrapp.gui import decoding
from ocrapp.gui.engine import Engine
from ocrapp.gui.files import Files
from ocrapp.gui.messages import (
    Ended,
    Failed,
    Finished,
    Found,
    Job,
    NotShown,
    NotTaken,
    Opened,
    Pasted,
    PasteRequest,
    Progressed,
    Shown,
    ShowRequest,
)
from ocrapp.runtime import Cancel
from ocrapp.sources import PageImage
from tests.gui.fakes import TEXT, FakeReader


def run(engine, source, pages=None, cancel=None):
    """Read on this thread and return what was told."""
    told = []
    engine.told.connect(told.append)
    engine.read(Job(7, source, pages, None, cancel or Cancel()))
    engine.told.disconnect(told.append)
    return told


def kinds(told):
    return [type(message) for message in told if not isinstance(message, Progressed)]


def test_a_page_is_opened_read_and_ended(qapp, image):
    told = run(Engine(FakeReader()), image())
    assert kinds(told) == [Opened, Finished, Ended]
    opened, finished = told[0], told[-2]
    assert (opened.job, opened.number, opened.picture.width, opened.picture.height) == (7, 1, 400, 300)
    assert not opened.thumbnail.isNull()
    assert finished.page.text == TEXT
    assert next(m for m in told if isinstance(m, Progressed)).loading


def test_the_reader_is_made_once(qapp, image):
    made = []
    engine = Engine(lambda: made.append(1) or FakeReader())
    engine.warm_up()
    run(engine, image())
    told = run(engine, image("other.png"))
    assert len(made) == 1
    assert not any(m.loading for m in told if isinstance(m, Progressed))


def test_pages_come_one_after_the_other(qapp, pages):
    told = run(Engine(FakeReader()), pages(count=3))
    assert kinds(told) == [Opened, Finished] * 3 + [Ended]
    assert [m.number for m in told if isinstance(m, Finished)] == [1, 2, 3]
    assert [m.picture.width for m in told if isinstance(m, Opened)] == [300, 310, 320]


def test_one_page_of_several(qapp, pages):
    told = run(Engine(FakeReader()), pages(count=3), pages="2")
    assert [m.number for m in told if isinstance(m, Finished)] == [2]


def test_a_broken_page_does_not_stop_the_others(qapp, monkeypatch, tmp_path):
    def open_pages(source, options):
        first = int(options.pages.rstrip("-")) if options.pages else 1
        for number in range(first, 6):
            if number in {3, 4}:
                raise InputUnreadableError(f"Page {number} is damaged.", "Scan it again.")
            yield PageImage(np.zeros((20, 30, 3), np.uint8), str(source), number, 5)

    monkeypatch.setattr(decoding, "open_pages", open_pages)
    told = run(Engine(FakeReader()), tmp_path / "five.pdf")
    assert [m.number for m in told if isinstance(m, Finished)] == [1, 2, 5]
    assert [(m.number, m.trouble.what) for m in told if isinstance(m, Failed)] == [
        (3, "Page 3 is damaged."),
        (4, "Page 4 is damaged."),
    ]
    assert isinstance(told[-1], Ended)


def test_a_file_that_cannot_be_opened_says_so(qapp, tmp_path):
    told = run(Engine(FakeReader()), tmp_path / "missing.png")
    assert kinds(told) == [Failed, Ended]
    assert (told[0].number, told[0].trouble.code) == (None, "not_found")
    assert told[0].trouble.hint


def test_a_model_that_is_missing_is_looked_for_again(qapp, image):
    attempts = []

    def make():
        attempts.append(1)
        if len(attempts) < 3:
            raise ModelUnusableError("The model is missing.", "Install it.")
        return FakeReader()

    engine = Engine(make)
    engine.warm_up()  # is quiet about it
    assert kinds(run(engine, image())) == [Opened, Failed, Ended]
    assert kinds(run(engine, image())) == [Opened, Finished, Ended]


def test_cancelled_before_it_begins(qapp, image):
    cancel = Cancel()
    cancel.cancel()
    reader = FakeReader()
    assert kinds(run(Engine(reader), image(), cancel=cancel)) == [Ended]
    assert reader.read_pages == []


def test_cancelled_between_pages(qapp, pages):
    cancel = Cancel()
    reader = FakeReader(work=lambda page: cancel.cancel() if page.number == 2 else None)
    told = run(Engine(reader), pages(count=4), cancel=cancel)
    assert [m.number for m in told if isinstance(m, Opened)] == [1, 2]
    assert isinstance(told[-1], Ended)


def test_a_defect_leaves_the_slot_but_ends_the_job(qapp, image):
    def defect(_page):
        raise ZeroDivisionError("a defect")

    told = []
    engine = Engine(FakeReader(work=defect))
    engine.told.connect(told.append)
    with pytest.raises(ZeroDivisionError):
        engine.read(Job(1, image(), None, None, Cancel()))
    assert kinds(told) == [Opened, Ended]


def ask(files, slot, request):
    told = []
    files.told.connect(told.append)
    slot(request)
    return told


def test_folders_are_walked(qapp, image, tmp_path):
    image("b10.png"), image("b9.png")
    files = Files()
    (found,) = ask(files, files.find, (tmp_path,))
    assert isinstance(found, Found)
    assert [path.name for path in found.files] == ["b9.png", "b10.png"]


def test_a_page_is_shown_again(qapp, pages):
    files = Files()
    files.wanted = ShowRequest(5, pages(), 2, None, large=True)
    (shown,) = ask(files, files.show, files.wanted)
    assert isinstance(shown, Shown)
    assert (shown.entry, shown.picture.width) == (5, 310)
    files = Files()
    (small,) = ask(files, files.show, ShowRequest(6, pages(), 3, None, large=False))
    assert small.picture is None
    assert not small.thumbnail.isNull()


def test_an_overtaken_request_is_skipped(qapp, pages):
    files = Files()
    request = ShowRequest(5, pages(), 2, None, large=True)
    files.wanted = ShowRequest(5, pages(), 2, None, large=True)
    assert ask(files, files.show, request) == []


def test_nothing_is_decoded_for_a_window_that_closes(qapp, pages):
    files = Files()
    files.closing = True
    assert ask(files, files.show, ShowRequest(5, pages(), 2, None, large=False)) == []


def test_a_vanished_file_cannot_be_shown(qapp, tmp_path):
    files = Files()
    (told,) = ask(files, files.show, ShowRequest(5, tmp_path / "gone.png", 1, None, large=False))
    assert isinstance(told, NotShown)
    assert told.trouble.code == "not_found"


def test_pasted_bytes(qapp, image):
    files = Files()
    (pasted,) = ask(files, files.paste, PasteRequest("Pasted image 1", image(size=(31, 22)).read_bytes()))
    assert isinstance(pasted, Pasted)
    assert (pasted.image.width, pasted.image.height, pasted.image.source) == (31, 22, "Pasted image 1")


def test_pasted_rubbish(qapp):
    files = Files()
    (told,) = ask(files, files.paste, PasteRequest("Pasted image 1", b"rubbish"))
    assert isinstance(told, NotTaken)


def test_a_pasted_image_stands_on_white(qapp):
    drawn = QImage(5, 3, QImage.Format.Format_ARGB32)
    drawn.fill(QColor(0, 0, 0, 0))
    drawn.setPixelColor(1, 1, QColor(200, 100, 50))
    drawn.setPixelColor(2, 1, QColor(0, 0, 0, 128))
    pixels = decoding.pasted(drawn, "x").pixels
    assert pixels.shape == (3, 5, 3)
    assert pixels[0, 0].tolist() == [255, 255, 255]
    assert pixels[1, 1].tolist() == [200, 100, 50]
    assert pixels[1, 2].tolist() == [127, 127, 127]
