from ocrapp.batch.opening import Unopened, chosen, decode_pages
from ocrapp.errors import UsageError
from ocrapp.sources import OpenOptions, content_hash, count_pages


def numbers(path, wanted=None, pages=None):
    found = decode_pages(path, OpenOptions(pages=pages), wanted)
    return [(-item.number if isinstance(item, Unopened) else item.number) for item in found]


def test_pages_come_in_order_and_only_those_wanted(image):
    path = image("a.tif", frames=6)
    assert numbers(path) == [1, 2, 3, 4, 5, 6]
    assert numbers(path, pages="2-3,6") == [2, 3, 6]
    assert numbers(path, wanted=[1, 2, 5]) == [1, 2, 5]
    assert numbers(path, wanted=[]) == []


def test_a_damaged_page_does_not_hide_the_next(image):
    path = image("a.tif", 40, 40, frames=6)
    uncompressed, lzw = (b"\x03\x01\x03\x00\x01\x00\x00\x00" + bytes([kind]) for kind in (1, 5))
    path.write_bytes(path.read_bytes().replace(uncompressed, lzw, 1))  # the first page says so, but it is not
    assert numbers(path) == [-1, 2, 3, 4, 5, 6]
    assert numbers(path, wanted=[1, 4]) == [-1, 4]
    assert numbers(path, pages="1-2") == [-1, 2]


def test_a_document_that_cannot_be_opened_is_its_first_page(folder, image):
    (folder / "a.png").write_bytes(b"nothing")
    (unopened,) = decode_pages(folder / "a.png", OpenOptions())
    assert (unopened.number, unopened.error.code) == (1, "unreadable")
    assert numbers(folder / "gone.png", wanted=[3, 4]) == [-3]


def test_a_page_that_is_not_there(image):
    (unopened,) = decode_pages(image("a.png"), OpenOptions(pages="7"))
    assert isinstance(unopened.error, UsageError)


def test_chosen():
    assert chosen(None, 3) == [1, 2, 3]
    assert chosen("2-", 4) == [2, 3, 4]


def test_counting_and_hashing(image, folder):
    assert count_pages(image("a.tif", frames=6)) == 6
    assert count_pages(image("b.png")) == 1
    assert content_hash(image("a.tif", frames=6)) == content_hash(image("c.tif", frames=6))
    assert content_hash(image("b.png")) != content_hash(image("d.png", 9))
