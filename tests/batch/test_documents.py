"""Every format there is, as a batch writes it."""

import pikepdf
import pypdfium2
import pytest

from ocrapp.batch import Batch, BatchJob, State, local_engine
from ocrapp.export import FORMATS
from ocrapp.sources import OpenOptions
from tests.batch.conftest import begun
from tests.batch.program import SizeReader


@pytest.fixture
def read(folder, tmp_path, log):
    """Reads the folder in these formats; gives the names of the files, and the rows that failed."""

    def read(*formats):
        with Batch(BatchJob(folder, tmp_path / "out", formats), resume=True) as batch:
            batch.run(local_engine(lambda: SizeReader(log), 1))
            failed = batch.rows(state=State.FAILED)
        return sorted(path.name for path in (tmp_path / "out").iterdir() if path.name[0] not in ".r"), failed

    return read


def test_all_formats_of_one_reading(read, image, log):
    image("a.png", 40, 30)
    names, failed = read(*FORMATS)
    assert names == sorted(f"a.png{format_.suffix}" for format_ in FORMATS.values())
    assert failed == []
    assert len(begun(log)) == 1


def test_formats_of_one_page_have_a_file_for_each(read, image):
    image("a.tif", 40, 30, frames=3)
    assert read("alto")[0] == ["a.tif.alto.xml", "a.tif.p0002.alto.xml", "a.tif.p0003.alto.xml"]


def test_a_searchable_pdf_has_all_pages(read, image, tmp_path):
    image("a.tif", 40, 30, frames=3)
    assert read("pdf") == (["a.tif.pdf"], [])
    with pypdfium2.PdfDocument(tmp_path / "out" / "a.tif.pdf") as pdf:
        texts = [page.get_textpage().get_text_bounded().strip() for page in pdf]
    assert texts == ["40x30", "41x30", "42x30"]


def test_a_document_that_is_gone_when_a_format_needs_it_again(read, image, folder, tmp_path, log):
    path = image("a.png", 40, 30)
    read("txt")
    kept = path.read_bytes()
    path.unlink()
    names, (row,) = read("pdf")
    assert (names, row.code) == (["a.png.txt"], "not_found")
    path.write_bytes(kept)
    assert read("pdf") == (["a.png.pdf", "a.png.txt"], [])
    assert len(begun(log)) == 1


def test_pages_that_failed_are_told_where_the_format_can(read, folder, tmp_path):
    (folder / "a.png").write_bytes(b"nothing")
    names, failed = read("txt", "jsonl", "pdf")
    assert names == ["a.png.jsonl"]
    assert len(failed) == 1
    assert '"code": "unreadable"' in (tmp_path / "out" / "a.png.jsonl").read_text()


def test_a_searchable_pdf_of_an_encrypted_document(folder, tmp_path, log):
    with pikepdf.Pdf.new() as pdf:
        pdf.add_blank_page(page_size=(72, 36))
        pdf.save(folder / "a.pdf", encryption=pikepdf.Encryption(user="secret", owner="secret"))
    job = BatchJob(folder, tmp_path / "out", ("pdf",), opening=OpenOptions(password="secret", dpi=72))
    with Batch(job) as batch:
        batch.run(local_engine(lambda: SizeReader(log), 1))
        assert batch.codes() == []
    with pikepdf.Pdf.open(tmp_path / "out" / "a.pdf.pdf", password="secret") as pdf:
        assert len(pdf.pages) == 1
