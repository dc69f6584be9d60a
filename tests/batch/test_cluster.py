"""Actors of a cluster: what each does, and that every page is there once when half of the cluster is killed."""

import contextlib
import csv
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from ocrapp.batch.cluster import check_answers
from ocrapp.batch.cluster_worker import SLICE, ClusterWorker, Part
from ocrapp.batch.model import BatchJob, Document, Failure, Result
from ocrapp.errors import UsageError
from ocrapp.sources import content_hash
from tests.batch.conftest import PROGRAM, ROOT, begun, environment
from tests.batch.program import SizeReader


@pytest.fixture
def worker(folder, tmp_path, log):
    return ClusterWorker(BatchJob(folder, tmp_path / "out"), lambda: SizeReader(log))


def test_a_short_document_is_read_and_written_at_once(worker, image, tmp_path):
    path = image("a.tif", 10, frames=3)
    outcome = worker.read(Part(Document(1, "a.tif", "a.tif", "", None), None))
    assert (outcome.sha256, outcome.pages, outcome.written) == (content_hash(path), 3, True)
    assert [number for number, _ in outcome.results] == [1, 2, 3]
    assert (tmp_path / "out" / "a.tif.txt").read_text() == "10x6\n\f11x6\n\f12x6\n"
    assert all((tmp_path / "out" / result.name).exists() for _, result in outcome.results)


def test_a_long_document_is_read_in_parts_and_nothing_twice(worker, image, log, tmp_path):
    image("a.tif", 10, frames=SLICE + 2)
    first = worker.read(Part(Document(1, "a.tif", "a.tif", "", None), None))
    assert (len(first.results), first.pages, first.written) == (SLICE, SLICE + 2, False)
    known = Document(1, "a.tif", "a.tif", first.sha256, first.pages)
    rest = worker.read(Part(known, (SLICE + 1, SLICE + 2)))
    assert [number for number, _ in rest.results] == [SLICE + 1, SLICE + 2]
    again = worker.read(Part(Document(1, "a.tif", "a.tif", "", None), None))
    assert again.results == first.results
    assert len(begun(log)) == SLICE + 2


def test_documents_that_cannot_be_opened_are_outcomes(worker, folder):
    (folder / "broken.png").write_bytes(b"no image")
    for name, code in (("gone.png", "not_found"), ("broken.png", "unreadable")):
        outcome = worker.read(Part(Document(1, name, name, "", None), None))
        ((number, failure),) = outcome.results
        assert (number, type(failure), failure.code) == (1, Failure, code)


def test_numbers_count_for_the_content_they_came_from(worker, image):
    image("a.tif", 10, frames=2)
    outcome = worker.read(Part(Document(1, "a.tif", "a.tif", "of another file", 9), (8, 9)))
    assert [(number, type(result)) for number, result in outcome.results] == [(1, Result), (2, Result)]


def test_without_ray_it_is_told_how_to_get_it(run, image):
    image("a.png")
    code, _, err = run("--engine", "ray", program=f"import sys; sys.modules['ray'] = None; {PROGRAM}")
    assert code == 2
    assert 'pip install "ocrapp[ray]"' in err


def test_a_cluster_that_does_not_answer_is_told():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(UsageError, match="No Ray cluster answers"):
            check_answers(address)
        with pytest.raises(UsageError):
            check_answers("127.0.0.1:99999")
        free.listen()
        check_answers(address)
        check_answers(f"ray://{address}")
    check_answers("auto")


@pytest.fixture
def cluster(log):
    """Two nodes of one processor each, started as on two machines; gives the address and the second node."""
    if find_spec("ray") is None:
        pytest.skip("Ray is not installed: pip install 'ocrapp[ray]'")
    if sys.platform != "linux":
        pytest.skip("Ray runs several nodes on one machine on Linux only")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    folder = tempfile.mkdtemp(prefix="ray")  # not tmp_path, whose length sockets do not bear
    head = ("--head", f"--port={address.split(':')[1]}", "--include-dashboard=false", f"--temp-dir={folder}")
    nodes = [start_node(log, *head)]
    try:
        wait_for(lambda: answers(address), "the cluster does not start")
        nodes.append(start_node(log, f"--address={address}"))
        yield address, nodes[1]
    finally:
        for node in reversed(nodes):
            kill_tree(node.pid)
            node.wait()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.cluster
@pytest.mark.timeout(900)
def test_half_of_the_cluster_is_killed(cluster, image, start, log, tmp_path):
    address, second = cluster
    expected = {f"{size}.png.txt": f"{size}x6\n" for size in range(8, 20)}
    for size in range(8, 20):
        image(f"{size}.png", size)
    image("many.tif", 30, frames=20)
    expected["many.tif.txt"] = "\f".join(f"{width}x6\n" for width in range(30, 50))
    options = ("--engine", "ray", "--ray-address", address, "--jobs", "2")
    process = start(*options, seconds=0.5)
    wait_for(lambda: actors(log) & descendants(second.pid), "the second node reads nothing")
    killed_at = len(begun(log))
    kill_tree(second.pid)
    _, err = process.communicate(timeout=600)
    assert (process.returncode, err) == (0, "")
    assert {path.name: path.read_text() for path in (tmp_path / "out").glob("*.txt")} == expected
    with (tmp_path / "out" / "report.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len({(row["source"], row["page"]) for row in rows}) == 32
    assert {row["state"] for row in rows} == {"done"}
    assert killed_at < 32, "the node was killed while there was work"
    assert len(begun(log)) <= 33, "only the page in hand is read twice"


QUICK = {
    "RAY_health_check_period_ms": "1000",
    "RAY_worker_niceness": "0",  # else actors get next to nothing of a machine that is busy otherwise
}


def start_node(log, *options):
    command = [sys.executable, "-m", "ray.scripts.scripts", "start", "--block", "--num-cpus=1"]
    ports = ["--node-ip-address=127.0.0.1", "--min-worker-port=0", "--max-worker-port=0"]
    return subprocess.Popen(
        [*command, *ports, "--disable-usage-stats", "--object-store-memory=80000000", *options],
        cwd=ROOT,
        env={**os.environ, **environment(log, 0.5), **QUICK},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def wait_for(condition, why):
    end = time.monotonic() + 400
    while not condition():
        assert time.monotonic() < end, why
        time.sleep(0.1)


def answers(address):
    host, port = address.split(":")
    try:
        socket.create_connection((host, int(port)), 1).close()
    except OSError:
        return False
    return True


def actors(log):
    """Processes that have begun pages."""
    return {int(line.split(" ")[1]) for line in log.read_text().splitlines()} if log.exists() else set()


def descendants(pid):
    """A process and all that it has started, and these."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            parents[int(stat.parent.name)] = int(fields[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def kill_tree(pid):
    for each in descendants(pid):
        with contextlib.suppress(OSError):
            os.kill(each, signal.SIGKILL)
