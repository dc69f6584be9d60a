"""Data-parallel training on two processors with gloo, started as a person starts it on several GPUs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch.utils.data import DataLoader

from ocrapp.training.data.batches import DataConfig, WordBatches
from ocrapp.training.svtr_campaign import own_seed

ROOT = Path(__file__).parents[2]


def test_two_processes_end_with_equal_weights_and_go_on(tmp_path):
    launch = "--multi_gpu --num_processes 2 --num_machines 1 --mixed_precision no --dynamo_backend no"
    command = [
        *(sys.executable, "-m", "accelerate.commands.launch", *launch.split(), "--main_process_port", "0"),
        *("-m", "tests.training.two_processes", str(tmp_path)),
    ]
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=280, check=False
    )
    assert done.returncode == 0, done.stderr
    first, second = (torch.load(tmp_path / f"process-{i}.pt", weights_only=True) for i in (0, 1))
    assert first["processes"] == second["processes"] == 2
    assert first["seed"] != second["seed"]
    # Seven crops a step, three and four; the second stage began after a resumption and was itself resumed.
    assert (first["saved"], first["resumed"], first["seen"]) == (28, 28, 56)
    assert second["seen"] == 56
    assert first["unfinished"] == 0
    assert first["weights"].keys() == second["weights"].keys()
    assert any(name.startswith("guidance") for name in first["weights"])
    for name, values in first["weights"].items():
        assert torch.equal(values, second["weights"][name]), name


class Seeds(WordBatches):
    def __iter__(self):
        yield self.seed


@pytest.mark.filterwarnings("ignore:This DataLoader will create")  # more of them than this machine has cores
def test_every_rendering_process_has_its_own_seed():
    stream = Seeds(DataConfig(), 7)
    seeds = list(DataLoader(stream, batch_size=None, num_workers=3, worker_init_fn=own_seed))
    assert len(set(seeds)) == 3
    assert 7 in seeds
