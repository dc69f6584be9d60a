"""The door for the window and for programs, in one process."""

import csv
import json
import threading
import time

import pypdfium2 as pdfium
import pytest

from ocrapp.batch import Batch, BatchJob, State, local_engine
from ocrapp.cli.batch_display import describe
from ocrapp.errors import (
    CancelledError,
    DeviceUnavailableError,
    InputNotFoundError,
    ModelUnusableError,
    OutputBusyError,
    UsageError,
)
from ocrapp.runtime import Cancel
from ocrapp.sources import OpenOptions
from tests.batch.conftest import begun
from tests.batch.program import SizeReader, size_page


@pytest.fixture
def job(folder, tmp_path):
    return BatchJob(folder, tmp_path / "out")


def wait_for(condition):
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def fails(what, when):
    """A reader that raises at some pages and reads the others."""

    class Reader:
        def read(self, image, layout="auto", cancel=None):
            if when(image):
                raise what
            return size_page(image)

    return local_engine(Reader, 1)


def test_rows_tell_all_about_each_page(job, image, log, folder):
    image("sub/deep.png", 20)
    image("a.tif", 10, frames=2)
    (folder / "broken.png").write_bytes(b"nothing")
    reports = []
    with Batch(BatchJob(folder, job.out, recursive=True)) as batch:
        batch.run(local_engine(lambda: SizeReader(log), 2), progress=lambda *report: reports.append(report))
        rows = batch.rows()
        assert [(row.name, row.number, row.pages, row.state.value) for row in rows] == [
            ("a.tif", 1, 2, "done"),
            ("a.tif", 2, 2, "done"),
            ("broken.png", 1, None, "failed"),
            ("sub/deep.png", 1, 1, "done"),
        ]
        assert [(row.words, row.confidence, row.code) for row in rows] == [
            (1, 0.5, ""),
            (1, 0.5, ""),
            (0, None, "unreadable"),
            (1, 0.5, ""),
        ]
        assert [len(row.sha256) for row in rows] == [64] * 4
        assert "broken.png" in rows[2].message
        assert batch.rows(1, 2) == rows[1:3]
        assert batch.rows(state=State.FAILED) == [rows[2]]
        assert (batch.counts().done, batch.counts().failed, batch.counts().unopened) == (3, 1, 0)
    assert reports[-1][:2] == (4, 4)
    with (job.out / "report.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    assert [row["state"] for row in table] == ["done", "done", "failed", "done"]
    summary = json.loads((job.out / "report.json").read_text(encoding="utf-8"))
    assert (summary["pages"], summary["read"], len(summary["failures"])) == (4, 3, 1)
    assert (job.out / "sub" / "deep.png.txt").read_text() == "20x6\n"


def test_a_batch_is_paused_and_goes_on(job, image, log):
    for size in range(8, 18):
        image(f"{size}.png", size)
    ended = []
    with Batch(job) as batch:
        batch.start(local_engine(lambda: SizeReader(log, 0.02), 1), ended.append)
        wait_for(lambda: len(begun(log)) >= 2)
        batch.pause()
        wait_for(lambda: batch.counts().running == 0)
        count = len(begun(log))
        time.sleep(0.3)
        assert len(begun(log)) == count < 10
        assert batch.status().paused and batch.status().running
        with pytest.raises(UsageError):
            batch.start(local_engine(lambda: SizeReader(log), 1), ended.append)
        batch.go_on()
        wait_for(lambda: ended)
        assert ended == [None]
        assert batch.counts().done == 10
        assert not batch.status().running


@pytest.mark.parametrize("paused", [False, True])
def test_a_batch_is_stopped_and_goes_on_later(paused, job, image, log):
    for size in range(8, 18):
        image(f"{size}.png", size)
    ended = []
    with Batch(job) as batch:
        batch.start(local_engine(lambda: SizeReader(log, 0.02), 1), ended.append)
        wait_for(lambda: len(begun(log)) >= 2)
        if paused:
            batch.pause()
        began = time.monotonic()
        batch.cancel()
        wait_for(lambda: ended)
        assert time.monotonic() - began < 5
        assert isinstance(ended[0], CancelledError)
        assert batch.counts().running == 0
        batch.run(local_engine(lambda: SizeReader(log), 1))
        assert batch.counts().done == 10
    assert len(begun(log)) <= 11


def test_a_token_stops_it(job, image, log):
    image("a.png")
    cancel = Cancel()
    engine = local_engine(lambda: SizeReader(log, 60), 1)
    with Batch(job) as batch:
        threading.Timer(0.3, cancel.cancel).start()
        with pytest.raises(CancelledError):
            batch.run(engine, cancel)
        assert batch.counts().waiting == 1


def test_failed_pages_are_tried_again(job, image, folder, log):
    image("good.png", 9)
    (folder / "a.png").write_bytes(b"nothing")
    (folder / "b.png").write_bytes(b"nothing")
    engine = local_engine(lambda: SizeReader(log), 1)
    with Batch(job) as batch:
        batch.run(engine)
        assert batch.counts().failed == 2
        batch.run(engine)
        assert batch.counts().failed == 2
        batch.retry_failed([batch.rows(state=State.FAILED)[0].document])
        assert (batch.counts().failed, batch.counts().waiting) == (1, 1)
        image("a.png", 30)
        image("b.png", 31)
        batch.retry_failed()
        batch.run(engine)
        assert (batch.counts().failed, batch.counts().done) == (0, 3)
    assert (job.out / "b.png.txt").read_text() == "31x6\n"
    assert len(begun(log)) == 3


def test_a_defect_is_the_failure_of_its_page(job, image):
    image("a.tif", 10, frames=3)
    with Batch(job) as batch:
        batch.run(fails(KeyError("odd"), lambda image: image.number == 2))
        assert [row.state.value for row in batch.rows()] == ["done", "failed", "done"]
        assert batch.codes() == ["internal"]
        assert "KeyError" in batch.rows()[1].message
    assert "Traceback" in (job.out / ".ocrapp" / "defects.log").read_text()
    assert (job.out / "a.tif.txt").read_text() == "10x6\n\f12x6\n"


def test_a_page_too_much_for_the_device_is_passed_by(job, image):
    image("a.tif", 10, frames=4)
    trouble = DeviceUnavailableError("Out of memory.")
    with Batch(job) as batch:
        batch.run(fails(trouble, lambda image: image.number == 3))
        assert [row.state.value for row in batch.rows()] == ["done", "done", "failed", "done"]
    with Batch(job, resume=True) as batch:
        assert batch.counts().waiting == 1, "the device may be better now"


@pytest.mark.parametrize("first", [1, 2])
def test_a_device_that_is_gone_ends_the_run(first, job, image):
    image("a.tif", 10, frames=4)
    with Batch(job) as batch, pytest.raises(DeviceUnavailableError):
        batch.run(fails(DeviceUnavailableError("Gone."), lambda image: image.number >= first))
    with Batch(job, resume=True) as batch:
        assert (batch.counts().done, batch.counts().waiting) == (first - 1, 5 - first)


def test_models_that_are_missing_end_it_before_it_begins(job, image):
    def no_reader():
        raise ModelUnusableError("There is no model.")

    image("a.png")
    with Batch(job) as batch, pytest.raises(ModelUnusableError):
        batch.run(local_engine(no_reader, 1))


def test_only_one_batch_is_open_for_a_folder(job, image):
    image("a.png")
    with Batch(job), pytest.raises(OutputBusyError):
        Batch(job, resume=True)
    Batch(job, resume=True).close()


def test_requests_that_make_no_sense(folder, tmp_path):
    with pytest.raises(UsageError, match="docx"):
        BatchJob(folder, tmp_path / "out", ("docx",))
    with pytest.raises(UsageError, match="folder of the inputs"):
        BatchJob(folder, folder)
    with pytest.raises(InputNotFoundError):
        Batch(BatchJob(tmp_path / "none", tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_results_within_the_folder_are_no_inputs(folder, image, log):
    image("a.png")
    job = BatchJob(folder, folder / "out", recursive=True)
    image("out/b.png")
    with Batch(job) as batch:
        batch.run(local_engine(lambda: SizeReader(log), 1))
        assert [row.name for row in batch.rows()] == ["a.png"]


def test_names_that_differ_in_case_alone_have_results_of_their_own(job, image, log, folder):
    image("a.png", 8)
    image("A.png", 9)
    if len(list(folder.iterdir())) < 2:
        pytest.skip("names here do not differ in case alone")
    with Batch(job) as batch:
        batch.run(local_engine(lambda: SizeReader(log), 1))
    texts = {path.read_text() for path in job.out.glob("*.txt")}
    assert texts == {"8x6\n", "9x6\n"}
    assert len({path.name.casefold() for path in job.out.glob("*.txt")}) == 2


def test_the_same_picture_twice_is_read_once(job, image, log):
    image("a.png")
    image("b.png")
    with Batch(job) as batch:
        batch.run(local_engine(lambda: SizeReader(log), 1))
    assert len(begun(log)) <= 2
    assert (job.out / "b.png.txt").read_text() == "8x6\n"


def test_selected_pages(folder, job, image, log):
    image("a.tif", 10, frames=4)
    with Batch(BatchJob(folder, job.out, opening=OpenOptions(pages="2-3"))) as batch:
        batch.run(local_engine(lambda: SizeReader(log), 1))
        assert [row.number for row in batch.rows()] == [2, 3]
        assert batch.counts().known == batch.counts().done == 2


def test_time_left_is_estimated_before_all_is_opened(job, image, log):
    for number in range(6):
        image(f"{number}.tif", 10 + 9 * number, frames=3)
    said = []
    with Batch(job) as batch:
        engine = local_engine(lambda: SizeReader(log, 0.05), 1)
        batch.run(engine, progress=lambda *_: said.append((batch.status(), describe(batch.status()))))
        middle = next(text for status, text in said if status.rate > 0 and status.counts.unopened)
        assert "of about 18 pages" in middle and "left" in middle
        assert said[-1][1].startswith("18 of 18 pages")


def test_every_kind_of_format_is_written(image, job, tmp_path):
    image("a.tif", 40, 30, frames=2)
    image("b.png", 20, 10)
    formats = ("txt", "jsonl", "csv", "alto", "pdf", "xlsx")
    with Batch(BatchJob(job.folder, job.out, formats=formats)) as batch:
        batch.run(local_engine(lambda: SizeReader(tmp_path / "log"), 1))
        assert batch.counts().done == 3
    found = {path.name for path in job.out.iterdir() if path.is_file()}
    # ALTO holds one page a file: the first has the document's name.
    assert found >= {
        "a.tif.txt", "a.tif.jsonl", "a.tif.csv", "a.tif.alto.xml", "a.tif.p0002.alto.xml", "a.tif.pdf",
        "a.tif.xlsx", "b.png.alto.xml", "b.png.pdf",
    }  # fmt: skip
    assert b"40x30" in (job.out / "a.tif.alto.xml").read_bytes()
    assert b"41x30" in (job.out / "a.tif.p0002.alto.xml").read_bytes()
    with pdfium.PdfDocument(job.out / "a.tif.pdf") as document:
        assert [page.get_textpage().get_text_range().strip() for page in document] == ["40x30", "41x30"]
