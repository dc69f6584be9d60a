"""Which way up a crop is read: tall crops in three ways, a page that reads badly also upside down.

The shape of an outline does not tell turned text from stacked letters, nor text from text on its head. The
reader does: it is surer of itself the right way round.
"""

from collections.abc import Callable, Sequence

from ocrapp.geometry import Crop
from ocrapp.reading.ctc import Reading
from ocrapp.reading.stages import Pixels
from ocrapp.reading.words import TALL

ReadCrops = Callable[[Sequence[Pixels]], list[Reading]]
"""Reads crops; one reading each."""
Read = tuple[Crop, Reading]

_UPRIGHT_BONUS = 0.05
"""A crop is left as it stands unless another way is surer by this much."""
_POOR_PAGE = 0.75
"""Mean confidence below which a page may be upside down."""
_POOR_LINE = 0.85
_CHARACTERS_A_SQUARE = 0.5
"""Fewest characters expected on a strip of crop as long as it is wide; stacked letters have about one."""
_SAMPLE = 12
"""Lines that are tried upside down before all are."""


def read_tall_and_wide(crops: Sequence[Crop], read: ReadCrops) -> list[Read]:
    """Read crops, the tall ones as they stand and turned both ways.

    Returns:
        For each crop the surest way, with its reading.
    """
    ways = [
        [crop, crop.turned(1), crop.turned(3)] if crop.height > TALL * crop.width else [crop]
        for crop in crops
    ]
    readings = iter(read([way.pixels for group in ways for way in group]))
    return [_surest([(way, next(readings)) for way in group]) for group in ways]


def turn_if_upside_down(lines: Sequence[Read], read: ReadCrops) -> list[Read]:
    """If a page reads poorly, try its poor lines upside down and keep what reads better.

    The longest poor lines are tried first; the others follow only if these read better so.
    """
    doubtful = [index for index, (_, reading) in enumerate(lines) if reading.confidence < _POOR_LINE]
    if not doubtful or mean_confidence([reading for _, reading in lines]) >= _POOR_PAGE:
        return list(lines)
    doubtful.sort(key=lambda index: (-lines[index][0].width / lines[index][0].height, index))
    result = list(lines)
    for part in (doubtful[:_SAMPLE], doubtful[_SAMPLE:]):
        turned = [lines[index][0].turned(2) for index in part]
        readings = read([crop.pixels for crop in turned])
        if mean_confidence(readings) < mean_confidence([lines[index][1] for index in part]):
            break
        for index, crop, reading in zip(part, turned, readings, strict=True):
            result[index] = _surest([lines[index], (crop, reading)])
    return result


def mean_confidence(readings: Sequence[Reading]) -> float:
    """Mean over characters; 0 where nothing was read."""
    total = sum(len(reading.text) for reading in readings)
    return sum(len(reading.text) * reading.confidence for reading in readings) / total if total else 0.0


def _surest(ways: Sequence[Read]) -> Read:
    """The way with the highest plausible confidence; the first has an advantage."""
    return max(ways, key=lambda way: plausibility(*way) + (_UPRIGHT_BONUS if way is ways[0] else 0.0))


def plausibility(crop: Crop, reading: Reading) -> float:
    """Confidence, less where there is too little text: one sure "O" is no reading of a long strip."""
    length = max(crop.width, crop.height) / max(1, min(crop.width, crop.height))
    return reading.confidence * min(1.0, len(reading.text) / (_CHARACTERS_A_SQUARE * length))
