"""Checkpoints of the paper's authors (OpenOCR's ``.pth``) into our SVTRv2 (specification, section 12).

Only tensors and plain values are unpickled. The release files ``openocr_svtrv2_ch.pth`` and
``openocr_repsvtr_ch.pth`` are other architectures and are refused with the keys that do not fit.
"""

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ocrapp.errors import ModelUnusableError
from ocrapp.training.corpus import CHARSET
from ocrapp.training.networks.svtr import VARIANTS, Svtr, SvtrConfig

PAPER_CHARSET = CHARSET[:94]
"""Digits, small and capital letters, the punctuation of ASCII; no space (section 7)."""

_GUIDANCE = "decoder.gtc_decoder."
_GUIDED = "decoder.ctc_decoder."
_SHOWN = 3


def load_published(path: Path, variant: str, charset: str = PAPER_CHARSET) -> Svtr:
    """The network of a published checkpoint, in evaluation mode.

    Args:
        path: A ``.pth`` file of training state, or of the ``state_dict`` alone.
        variant: ``tiny``, ``small`` or ``base``.
        charset: Characters of the classes, blank not included.

    Raises:
        ModelUnusableError: No such file, more than weights in it, or weights of another network or charset.
    """
    return from_published(read_checkpoint(path), variant, charset)


def read_checkpoint(path: Path) -> dict[str, Tensor]:
    """Only the weights of a checkpoint; raises as ``load_published`` does."""
    # Training state holds the best accuracy as a NumPy number, which is harmless.
    number = np.float64(0)
    harmless: list[Any] = [number.__reduce__()[0], np.dtype, type(number.dtype)]
    harmless.append((harmless[0], "numpy.core.multiarray.scalar"))  # its name before NumPy 2
    try:
        with torch.serialization.safe_globals(harmless):
            state = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise ModelUnusableError(
            f"There is no checkpoint {path}.", "Give the path of a .pth file."
        ) from error
    except (pickle.UnpicklingError, EOFError, RuntimeError) as error:
        raise ModelUnusableError(
            f"The checkpoint {path} is damaged, or holds more than weights and plain values.",
            "Fetch it again; code inside a checkpoint is never run.",
        ) from error
    weights = state.get("state_dict", state) if isinstance(state, dict) else {}
    if not weights or not all(isinstance(value, Tensor) for value in weights.values()):
        raise ModelUnusableError(
            f"The checkpoint {path} holds no state_dict.",
            "Give a checkpoint of OpenOCR's recogniser training.",
        )
    return dict(weights)


def from_published(weights: Mapping[str, Tensor], variant: str, charset: str = PAPER_CHARSET) -> Svtr:
    """The network with weights of the published layout; raises as ``load_published`` does."""
    network = Svtr(VARIANTS[variant], len(charset) + 1)
    wanted = network.state_dict()
    names = published_names(VARIANTS[variant], wanted, guided=any(k.startswith(_GUIDED) for k in weights))
    offered = {key: value for key, value in weights.items() if not key.startswith(_GUIDANCE)}
    missing, extra = sorted(set(names.values()) - set(offered)), sorted(set(offered) - set(names.values()))
    if missing or extra:
        raise ModelUnusableError(
            f"The checkpoint is no SVTRv2 {variant} of the paper: {_some('missing', missing)}"
            f"{'; ' if missing and extra else ''}{_some('unknown', extra)}.",
            "Choose the variant it was trained as; the release files of OpenOCR are other networks.",
        )
    classes = offered[names["head.fc.weight"]].shape[0]
    if classes != len(charset) + 1:
        raise ModelUnusableError(
            f"The checkpoint has {classes} classes, but the charset of {len(charset)} characters and the blank "
            f"make {len(charset) + 1}.",
            "Give the charset it was trained with.",
        )
    for ours, theirs in names.items():
        if offered[theirs].shape != wanted[ours].shape:
            raise ModelUnusableError(
                f"{theirs} has the shape {tuple(offered[theirs].shape)}, SVTRv2 {variant} needs "
                f"{tuple(wanted[ours].shape)}.",
                "Choose the variant the checkpoint was trained as.",
            )
    network.load_state_dict({ours: offered[theirs] for ours, theirs in names.items()})
    return network.eval()


def published_names(config: SvtrConfig, ours: Mapping[str, Any], *, guided: bool) -> dict[str, str]:
    """The published name of each of our keys.

    Args:
        config: Sizes of the network.
        ours: Keys of ``Svtr.state_dict()``.
        guided: The checkpoint was trained with semantic guidance: its CTC decoder lies one level deeper.
    """
    return {key: _published_name(config, key, guided=guided) for key in ours}


def _published_name(config: SvtrConfig, key: str, *, guided: bool) -> str:
    parts = key.split(".")
    if parts[0] == "head":
        return ".".join(["decoder", *(["ctc_decoder"] if guided else []), *parts[1:]])
    if parts[1] == "patch_embed":
        return ".".join(["encoder", "pope", *parts[1:]])
    if parts[3] == "blocks":
        mixers, block = config.mixers[int(parts[2])], int(parts[4])
        # Where a stage goes over from convolution to attention, a flattening without weights takes a number.
        if "L" in mixers and block >= mixers.find("G") > 0:
            parts[4] = str(block + 1)
    return ".".join(parts)


def _some(what: str, keys: list[str]) -> str:
    if not keys:
        return ""
    more = f" and {len(keys) - _SHOWN} more" if len(keys) > _SHOWN else ""
    return f"{what} {', '.join(keys[:_SHOWN])}{more}"
