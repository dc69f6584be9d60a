import io

import pytest
from PIL import Image
from starlette.testclient import TestClient

from ocrapp.serve.app import ServeOptions, make_app
from tests.batch.program import size_page


class Sizes:
    """Reads ``WIDTHxHEIGHT`` off each page."""

    def read(self, image, layout="auto", cancel=None):
        cancel.check()
        return size_page(image)


@pytest.fixture
def client():
    """Makes a client of a server with these options."""

    def make(reader=None, headers=None, **options):
        app = make_app(reader or Sizes(), "Running on the CPU: as asked for.", ServeOptions(**options))
        return TestClient(app, "http://localhost", raise_server_exceptions=False, headers=headers)

    return make


@pytest.fixture
def picture():
    def make(width=8, kind="PNG", frames=1):
        images = [Image.new("RGB", (width + index, 6), "white") for index in range(frames)]
        more = {"save_all": True, "append_images": images[1:]} if frames > 1 else {}
        data = io.BytesIO()
        images[0].save(data, kind, **more)
        return data.getvalue()

    return make
