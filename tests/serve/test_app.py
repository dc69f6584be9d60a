import json
import threading
import time

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from ocrapp.errors import DeviceUnavailableError
from ocrapp.serve.app import ServeOptions, make_app
from tests.batch.program import size_page
from tests.serve.conftest import Sizes


def test_an_upload_is_read_in_the_format_asked_for(client, picture):
    server = client()
    pages = server.post("/read", content=picture(8, "TIFF", 3), params={"name": "a.tif"}).json()
    assert [(page["source"], page["page"], page["text"]) for page in pages] == [
        ("a.tif", 1, "8x6"),
        ("a.tif", 2, "9x6"),
        ("a.tif", 3, "10x6"),
    ]
    text = server.post("/read", content=picture(8, "TIFF", 3), params={"format": "txt", "pages": "2-"})
    assert (text.text, text.headers["content-type"]) == ("9x6\n\f10x6\n", "text/plain; charset=utf-8")
    lines = server.post("/read", content=picture(8, "TIFF", 2), params={"format": "jsonl"}).text
    assert [json.loads(line)["text"] for line in lines.splitlines()] == ["8x6", "9x6"]


@pytest.mark.parametrize(
    ("content", "params", "status", "code"),
    [
        (b"", {}, 422, "empty"),
        (b"no image", {}, 415, "unsupported"),
        (b"\x89PNG\r\n\x1a\n cut", {}, 422, "truncated"),
        (None, {"pages": "7"}, 400, "usage"),
        (None, {"pages": "one"}, 400, "usage"),
        (None, {"format": "docx"}, 400, "usage"),
        (None, {"dpi": "5"}, 400, "usage"),
    ],
)
def test_what_cannot_be_read_is_told(content, params, status, code, client, picture):
    answer = client().post("/read", content=picture() if content is None else content, params=params)
    assert answer.status_code == status
    assert answer.json()["error"]["code"] == code
    assert "/tmp" not in answer.text


def test_a_device_that_fails_is_no_fault_of_the_client(client, picture):
    class Broken:
        def read(self, *_):
            raise DeviceUnavailableError("Gone.")

    answer = client(Broken()).post("/read", content=picture())
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "device_unavailable")


def test_without_the_token_nothing_is_read(client, picture):
    server = client(token="secret of some length")
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic secret of some length"}):
        answer = server.post("/read", content=picture(), headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthorized")
    assert server.get("/openapi.json").status_code == 401
    assert server.get("/health").json()["formats"][:3] == ["txt", "json", "jsonl"]
    granted = {"Authorization": "Bearer secret of some length"}
    assert server.post("/read", content=picture(), headers=granted).status_code == 200


def test_uploads_that_are_too_large_are_not_taken(client, picture):
    server = client(max_bytes=1000)
    assert len(picture()) < 1000
    assert server.post("/read", content=picture()).status_code == 200
    sent = []

    def endless():
        for _ in range(100):
            sent.append(1)
            yield b"\0" * 100

    for content in (b"\0" * 1001, endless()):
        answer = server.post("/read", content=content)
        assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")


def test_a_server_on_loopback_answers_to_its_own_names_only(client):
    assert client().get("/health", headers={"Host": "evil.example"}).status_code == 400
    assert client(hosts=("*",)).get("/health", headers={"Host": "ocr.example"}).status_code == 200


def test_too_many_requests_are_refused(client, picture):
    gate, began = threading.Event(), threading.Semaphore(0)

    class Slow:
        def read(self, image, layout, cancel):
            began.release()
            assert gate.wait(20)
            return size_page(image)

    with client(Slow(), jobs=1, waiting=1) as server:
        answers = []
        threads = [
            threading.Thread(
                target=lambda: answers.append(server.post("/read", content=picture()).status_code)
            )
            for _ in range(2)
        ]
        threads[0].start()
        began.acquire()
        threads[1].start()
        time.sleep(0.3)
        refused = server.post("/read", content=picture())
        assert (refused.status_code, refused.json()["error"]["code"]) == (503, "busy")
        gate.set()
        for thread in threads:
            thread.join(20)
        assert answers == [200, 200]


schema = schemathesis.openapi.from_asgi("/openapi.json", make_app(Sizes(), "CPU", ServeOptions(hosts=("*",))))


@schema.parametrize()
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
def test_answers_are_as_the_document_says(case):
    # Bytes at random are no image, which no schema can say: they are refused although they are "valid".
    case.call_and_validate(excluded_checks=[schemathesis.checks.positive_data_acceptance])
