"""A campaign: network, average, optimiser and random state of a run that may be interrupted and goes on.

A run that finds a checkpoint in its folder resumes. With several processes (``accelerate launch``) each trains on
its own stream of crops, gradients are averaged, and the main process alone writes.
"""

import copy
import logging
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.utils.data import DataLoader, get_worker_info

from ocrapp.errors import InputNotFoundError, ModelUnusableError, UsageError
from ocrapp.training.data.batches import Batch, WordBatches
from ocrapp.training.data.context_strings import context_items
from ocrapp.training.networks.semantic_guidance import SemanticGuidance
from ocrapp.training.networks.svtr import Svtr
from ocrapp.training.svtr_loss import ctc_losses, frame_loss, guidance_loss
from ocrapp.training.svtr_recipe import VOCABULARY, Recipe, frame_weight, learning_rate

log = logging.getLogger(__name__)
CHECKPOINT = "checkpoint.pt"
WORKER_STRIDE = 1_000_000_000_000
"""Between the seeds of two rendering processes; larger than any seed that the samples seen give."""


class Learner(nn.Module):
    """What one step runs through: the network and, in the second stage, the guidance branch."""

    def __init__(self, network: Svtr, guidance: SemanticGuidance | None) -> None:
        super().__init__()
        self.network = network
        self.guidance = guidance

    def forward(self, images: Tensor, windows: Tensor | None) -> tuple[Tensor, Tensor | None]:
        """Logits of CTC and, where there are context strings, of the guidance branch."""
        features = self.network.encoder(images)
        guided = None if self.guidance is None else self.guidance(features, windows)
        return self.network.head(features), guided


class Campaign:
    """State of one training run in a folder.

    Args:
        recipe: What to train.
        folder: Where checkpoint and log live; created if missing.
        weights: ``.safetensors`` to start from where there is no checkpoint. The curriculum (plain crops, known
            positions, rendered crops alone) is then over from the first sample.
        roots: Folders with data sets; empty for the default one.

    Attributes:
        model: The network as it is trained; ``average`` holds the averaged weights, which are exported.
        seen: Samples seen by all processes.
        steps: Updates made.
    """

    def __init__(
        self, recipe: Recipe, folder: Path, weights: Path | None = None, roots: Sequence[Path] = ()
    ) -> None:
        self.recipe = recipe
        self.folder = folder
        self.roots = tuple(roots)
        # Without this argument Accelerate does not see that several processes share a machine without a GPU.
        self.accelerator = Accelerator(cpu=not torch.cuda.is_available())
        self.device = self.accelerator.device
        torch.manual_seed(recipe.train.seed)
        self.model = recipe.network()
        self.guidance: SemanticGuidance | None = None
        self.seen = self.steps = 0
        self.started_from = ""
        folder.mkdir(parents=True, exist_ok=True)
        state = self._checkpoint()
        if state:
            self.seen, self.steps = state["seen"], state["steps"]
            self.started_from = state.get("started_from", "")
            self.model.load_state_dict(state["model"])
        elif weights is not None:
            self.started_from = weights.name
            load_weights(self.model, weights)
        self.model.to(self.device)
        self.average = {k: v.detach().clone() for k, v in self.model.state_dict().items()}
        self._enter_stage(state)
        if state:
            self._resume(state)

    def _checkpoint(self) -> dict[str, Any]:
        path = self.folder / CHECKPOINT
        if not path.exists():
            return {}
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        if "guidance" in state and not self._guided(state["seen"]):
            raise UsageError(
                f"The campaign in {self.folder} is in its second stage, the recipe in its first.",
                "Keep [sgm] and [train] samples as they were; lengthen [sgm] samples instead.",
            )
        return state

    def _guided(self, seen: int) -> bool:
        return self.recipe.sgm is not None and seen >= self.recipe.train.samples

    def _enter_stage(self, state: dict[str, Any]) -> None:
        """Builds what the stage at ``seen`` trains; the second stage begins with a fresh optimiser."""
        if self._guided(self.seen):
            self.guidance = self.recipe.guidance().to(self.device)
            if "guidance" in state:
                self.guidance.load_state_dict(state["guidance"])
        self.accelerator.free_memory()  # else the first stage's wrapper goes on averaging the same gradients
        self.learner = Learner(self.model, self.guidance)
        config = self.recipe.train
        self.optimiser = torch.optim.AdamW(
            parameter_groups(self.learner, config.weight_decay),
            lr=config.peak_lr, betas=(0.9, config.beta2), fused=True,
        )  # fmt: skip
        self._forward = self.accelerator.prepare_model(self.learner)
        self._forward.train()

    def _resume(self, state: dict[str, Any]) -> None:
        self.average = {k: v.to(self.device) for k, v in state["average"].items()}
        if ("guidance" in state) == (self.guidance is not None):  # else the second stage begins right now
            self.optimiser.load_state_dict(state["optimiser"])
        if self.device.type == "cpu" and self.accelerator.is_main_process:
            torch.set_rng_state(state["random"])
        else:  # the state of one generator would give every process the same dropout
            torch.manual_seed(self.recipe.train.seed + self.seen + self.accelerator.process_index)
        log.info("Resumed at %d samples.", self.seen)

    def save(self) -> None:
        """Writes the checkpoint beside the old one and swaps them, so that a kill never leaves half a file."""
        if not self.accelerator.is_main_process:
            return
        state = {
            "model": self.model.state_dict(), "average": self.average, "optimiser": self.optimiser.state_dict(),
            "seen": self.seen, "steps": self.steps, "random": torch.get_rng_state(),
            "started_from": self.started_from,
        }  # fmt: skip
        if self.guidance is not None:
            state["guidance"] = self.guidance.state_dict()
        part = self.folder / (CHECKPOINT + ".part")
        torch.save(state, part)
        part.replace(self.folder / CHECKPOINT)

    def stream(self) -> WordBatches:
        """What this process draws; another seed after each resumption, so that nothing repeats."""
        config = self.recipe.train
        rank, count = self.accelerator.process_index, self.accelerator.num_processes
        seed = config.seed * 1_000_003 + self.seen + rank * config.workers * WORKER_STRIDE
        start = self.recipe.samples if self.started_from else self.seen
        return WordBatches(self.recipe.data, seed, self.roots, start, pace=count * config.workers)

    def batches(self) -> Iterator[Batch]:
        """Endless batches from processes that render."""
        workers = self.recipe.train.workers
        loader = DataLoader(
            self.stream(), batch_size=None, num_workers=workers, prefetch_factor=16, worker_init_fn=own_seed
        )
        return iter(loader)

    def step(self, batch: Batch) -> dict[str, Any]:
        """One update; returns what the log wants, tensors among it so that a GPU need not be waited for."""
        if self.guidance is None and self._guided(self.seen):
            log.info("The second stage begins at %d samples.", self.seen)
            self._enter_stage({})
        config = self.recipe.train
        rate = learning_rate(self.recipe, self.seen)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        loss, values = self._losses(batch)
        self.optimiser.zero_grad(set_to_none=True)
        self.accelerator.backward(loss)
        encoder, rest = self._gradients()
        whole = torch.hypot(encoder, rest)
        nn.utils.clip_grads_with_norm_(self.learner.parameters(), config.clip, whole)
        self.optimiser.step()
        self.seen += self._together(len(batch.images))
        self.steps += 1
        self._average()
        return {"lr": rate, **values, "grad": whole, "encoder_grad": encoder}

    def _losses(self, batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
        sgm = self.recipe.sgm
        items = None
        if sgm is not None and self.guidance is not None:
            items = context_items(batch.targets, batch.lengths, VOCABULARY, sgm.context).to(self.device)
        batch = Batch(**{f.name: getattr(batch, f.name).to(self.device) for f in fields(batch)})
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.recipe.train.precision == "bf16"):
            logits, guided = self._forward(batch.inputs(), None if items is None else items.windows)
        per_crop = ctc_losses(logits, batch)
        ctc = (per_crop / batch.lengths.clamp(min=1)).mean()
        values = {"ctc": ctc.detach()}
        if sgm is not None and items is not None:
            guidance = guidance_loss(guided, items, VOCABULARY.padding)
            values["sgm"] = guidance.detach()
            return sgm.ctc_weight * per_crop.mean() + sgm.weight * guidance, values
        weight = frame_weight(self.recipe.train, self.seen) if not self.started_from else 0.0
        if weight == 0.0:
            return ctc, values
        # CTC alone, or both at full weight, falls into the all-blank answer first and stays there for tens of
        # thousands of samples; positions alone teach the letters at once, and CTC then only adds the blanks.
        frame = frame_loss(logits, batch.frames)
        values["frame"] = frame.detach()
        return (1.0 - weight) * ctc + weight * frame, values

    def _gradients(self) -> tuple[Tensor, Tensor]:
        """Norms of the gradients of the encoder and of all else; the first falls to nothing on a collapse."""
        inside = {id(p) for p in self.model.encoder.parameters()}
        both: tuple[list[Tensor], list[Tensor]] = ([], [])
        for parameter in self.learner.parameters():
            if parameter.grad is not None:
                both[id(parameter) not in inside].append(parameter.grad)
        return nn.utils.get_total_norm(both[0]), nn.utils.get_total_norm(both[1])

    def _together(self, count: int) -> int:
        """The sum over all processes."""
        if self.accelerator.num_processes == 1:
            return count
        return int(self.accelerator.reduce(torch.tensor([count], device=self.device)).item())

    @torch.no_grad()
    def _average(self) -> None:
        decay = min(self.recipe.train.ema, (1 + self.steps) / (10 + self.steps))
        for name, value in self.model.state_dict().items():
            if value.is_floating_point():
                self.average[name].lerp_(value, 1 - decay)
            else:
                self.average[name].copy_(value)

    def averaged(self) -> Svtr:
        """A copy of the network with the averaged weights, in evaluation mode."""
        network = copy.deepcopy(self.model)
        network.load_state_dict(self.average)
        return network.eval()


def parameter_groups(model: nn.Module, weight_decay: float) -> list[dict[str, Any]]:
    """No decay for vectors, biases, the stem, the transitions and learned tokens (section 7)."""
    exempt = (
        "patch_embed",
        "downsample",
        "char_token",
        "guidance.embedding",
        "guidance.prompts",
        "guidance.queries",
    )
    decayed: list[nn.Parameter] = []
    free: list[nn.Parameter] = []
    for name, parameter in model.named_parameters():
        (free if parameter.ndim <= 1 or any(e in name for e in exempt) else decayed).append(parameter)
    return [{"params": decayed, "weight_decay": weight_decay}, {"params": free, "weight_decay": 0.0}]


def load_weights(network: Svtr, path: Path) -> None:
    """Loads exported weights.

    Raises:
        InputNotFoundError: There is no such file.
        ModelUnusableError: It is damaged or belongs to another network.
    """
    if not path.is_file():
        raise InputNotFoundError(f"There are no weights at {path}.", "Name a .safetensors file.")
    try:
        network.load_state_dict(load_file(path))
    except (SafetensorError, RuntimeError) as error:
        raise ModelUnusableError(
            f"The weights {path} do not fit the recipe's network.",
            "Take those of the same variant and charset.",
        ) from error


def own_seed(worker: int) -> None:
    """Runs in each rendering process, so that no two draw the same crops."""
    info = get_worker_info()
    assert info is not None and isinstance(info.dataset, WordBatches)  # noqa: S101  (this is its process)
    info.dataset.seed += worker * WORKER_STRIDE
