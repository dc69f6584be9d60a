"""Recipes of the recogniser: which network, on what data, how; and the schedules that follow from them.

All lengths are in samples (crops seen by all processes together), not steps or epochs, since batches differ in
size by canvas.
"""

import math
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ocrapp.errors import InputNotFoundError, UsageError
from ocrapp.training.corpus import CHARSET
from ocrapp.training.data.batches import DataConfig
from ocrapp.training.data.context_strings import Vocabulary
from ocrapp.training.networks.semantic_guidance import SemanticGuidance
from ocrapp.training.networks.svtr import VARIANTS, Svtr

VOCABULARY = Vocabulary(len(CHARSET))
START, END = 1 / 25, 1 / 250_000
"""Learning rate at the first and at the last sample of a stage, as parts of the peak (section 7)."""


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """The ``[train]`` table of a recipe: the first stage, which learns with CTC, and what holds throughout.

    Attributes:
        samples: Length of the first stage.
        peak_lr: Highest learning rate of the first stage.
        warmup_samples: Samples until the peak; the post-norm backbone collapses when warmed up fast.
        weight_decay: Of AdamW, for matrices.
        frame_samples: During the first half of these the loss is the one on known character positions alone,
            during the second half it moves to CTC.
        ema: Decay of the average of the weights, a step.
        beta2: Of AdamW.
        clip: Largest norm of the gradient.
        precision: ``fp32`` or ``bf16`` (matrix products in bfloat16, losses always in fp32).
        workers: Rendering processes of each training process.
        check_samples: Samples between two checks on the held-out crops; 0 for none.
        held_out: Number of held-out crops.
        seed: Of weights, data and dropout.
    """

    samples: int
    peak_lr: float
    warmup_samples: int
    weight_decay: float = 0.05
    frame_samples: int = 0
    ema: float = 0.999
    beta2: float = 0.999
    clip: float = 5.0
    precision: Literal["fp32", "bf16"] = "fp32"
    workers: int = 1
    check_samples: int = 20_000
    held_out: int = 256
    seed: int = 1


@dataclass(frozen=True, slots=True)
class GuidanceConfig:
    """The ``[sgm]`` table of a recipe: the second stage, with the semantic guidance module (section 6).

    Attributes:
        samples: Length of the second stage, after the first.
        peak_lr: Highest learning rate of the second stage; the paper takes half of the first stage's.
        warmup_samples: Samples until the peak.
        weight: Of the guidance loss.
        ctc_weight: Of the CTC loss of a whole crop, not of a character.
        context: Characters in a context string.
    """

    samples: int
    peak_lr: float
    warmup_samples: int
    weight: float = 1.0
    ctc_weight: float = 0.1
    context: int = 5


@dataclass(frozen=True, slots=True)
class Recipe:
    """A whole recipe: which model, on what, how. ``sgm`` is None where there is no second stage."""

    id: str
    variant: str
    data: DataConfig
    train: TrainConfig
    sgm: GuidanceConfig | None = None
    head: Literal["frm", "mean"] = "frm"

    @classmethod
    def read(cls, path: Path) -> "Recipe":
        """Parses a TOML recipe.

        Raises:
            InputNotFoundError: There is no such file.
            UsageError: It is no TOML, or has keys that are unknown or missing.
        """
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
            recipe = cls.from_table(table)
        except FileNotFoundError as error:
            raise InputNotFoundError(f"There is no recipe {path}.") from error
        except (UnicodeDecodeError, tomllib.TOMLDecodeError, TypeError, KeyError) as error:
            raise UsageError(
                f"The recipe {path} cannot be used: {error}.", "Compare it with svtrv2-nano.toml."
            ) from error
        if recipe.variant not in VARIANTS or recipe.train.precision not in ("fp32", "bf16"):
            known = f"variant is one of {', '.join(VARIANTS)}, precision fp32 or bf16"
            raise UsageError(f"The recipe {path} asks for what does not exist.", f"Note that {known}.")
        return recipe

    @classmethod
    def from_table(cls, table: dict[str, Any]) -> "Recipe":
        """A recipe from its parsed TOML; unknown or missing keys raise ``TypeError`` or ``KeyError``."""
        sgm = GuidanceConfig(**table["sgm"]) if "sgm" in table else None
        return cls(
            data=DataConfig(**table.get("data", {})),
            train=TrainConfig(**table["train"]),
            sgm=sgm,
            **table["model"],
        )

    @property
    def samples(self) -> int:
        """Length of both stages."""
        return self.train.samples + (self.sgm.samples if self.sgm else 0)

    def network(self) -> Svtr:
        """The network with fresh weights."""
        return Svtr(VARIANTS[self.variant], len(CHARSET) + 1, self.head)

    def guidance(self) -> SemanticGuidance:
        """The guidance module with fresh weights; only for recipes with ``sgm``."""
        assert self.sgm is not None  # noqa: S101  (the caller knows its stage)
        config = VARIANTS[self.variant]
        return SemanticGuidance(config.dims[-1], VOCABULARY, self.sgm.context, config.drop_path)


def learning_rate(recipe: Recipe, seen: int) -> float:
    """The rate at a sample: one cycle for each stage."""
    train, sgm = recipe.train, recipe.sgm
    if sgm is None or seen < train.samples:
        return one_cycle(train.peak_lr, train.warmup_samples, train.samples, seen)
    return one_cycle(sgm.peak_lr, sgm.warmup_samples, sgm.samples, seen - train.samples)


def one_cycle(peak: float, warmup: int, total: int, seen: int) -> float:
    """Linear warm-up from ``START`` to 1, then half a cosine down to ``END``, as parts of the peak."""
    if seen < warmup:
        return peak * (START + (1 - START) * seen / warmup)
    part = min(1.0, (seen - warmup) / max(1, total - warmup))
    return peak * (END + (1 - END) * 0.5 * (1 + math.cos(math.pi * part)))


def frame_weight(config: TrainConfig, seen: int) -> float:
    """Weight of the frame-wise loss: 1 during the first half of ``frame_samples``, then linearly down to 0."""
    if config.frame_samples == 0:
        return 0.0
    return min(1.0, max(0.0, 2.0 - 2.0 * seen / config.frame_samples))
