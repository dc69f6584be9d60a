from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QColor, QImage

from ocrapp.gui.intake import offers, take


def mime(urls=(), **formats):
    data = QMimeData()
    data.setUrls([QUrl(url) for url in urls])
    for kind, content in formats.items():
        data.setData(kind.replace("_", "/"), content)
    return data


def test_files_with_any_name(tmp_path):
    path = tmp_path / "Ünï-写真 #1 %20.png"
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)), QUrl("https://example.org/a.png")])
    assert offers(data)
    assert take(data).paths == (Path(path),)


def test_encoded_bytes_are_taken_as_they_are():
    data = mime(image_png=b"\x89PNG...")
    assert offers(data)
    assert take(data).image == b"\x89PNG..."


def test_an_image_without_bytes():
    image = QImage(4, 3, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    data = QMimeData()
    data.setImageData(image)
    assert offers(data)
    assert take(data).image.size() == image.size()


def test_files_are_preferred_to_their_preview(tmp_path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    data.setData("image/png", b"preview")
    assert take(data).image is None


def test_text_and_web_addresses_are_nothing():
    data = mime(["https://example.org/a.png"])
    data.setText("hello")
    assert not offers(data)
    assert not take(data)
