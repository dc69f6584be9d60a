import json
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from ocrapp.cli.serve import is_loopback


def test_other_computers_need_a_token(run, monkeypatch):
    monkeypatch.delenv("OCRAPP_TOKEN", raising=False)
    for token in ((), ("--token", "short")):
        outcome = run("serve", "--host", "0.0.0.0", *token)
        assert outcome.code == 2
        assert "no token" in outcome.err


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.8.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.4", False),
        ("localhost.example.org", False),
    ],
)
def test_is_loopback(host, local):
    assert is_loopback(host) == local


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_it_serves_until_it_is_told_to_end(image):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = "import sys; from ocrapp.cli.main import main; raise SystemExit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "serve", "--port", str(port), "--device", "cpu", "--jobs", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        answer = get(f"http://127.0.0.1:{port}/health", process)
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/read?format=jsonl", image("a.png", 60, 40).read_bytes()
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            page = json.loads(response.read())
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    assert set(answer) == {"version", "device", "formats"}
    assert (page["width"], page["lines"], page["provider"]) == (60, [], "CPUExecutionProvider")
    assert (process.returncode, out) == (0, "")
    assert err.startswith("ocrapp serves http://127.0.0.1:") and err.count("\n") == 1


def get(url, process):
    end = time.monotonic() + 120
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                return json.loads(response.read())
        except OSError:
            assert process.poll() is None and time.monotonic() < end
            time.sleep(0.2)
