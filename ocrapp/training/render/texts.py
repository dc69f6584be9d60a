"""Words and lines to render where only their look matters, as for the segmenter."""

from collections.abc import Sequence

import numpy as np
from wordfreq import top_n_list

LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pl", "pt", "cs", "sv")


class MixedTexts:
    """Words of European languages, numbers, prices, dates and codes, cased as print cases them.

    Args:
        prose: Running text; lines are cut from it half of the time. May be empty.
        languages: Codes of word lists of the package ``wordfreq``.
    """

    def __init__(self, prose: str = "", languages: Sequence[str] = LANGUAGES) -> None:
        self._words = [[w for w in top_n_list(code, 6000) if w.strip()] for code in languages]
        self._prose = prose.split()

    def word(self, rng: np.random.Generator) -> str:
        """One word, number, price, date or code."""
        draw = rng.random()
        if draw < 0.2:
            return _figure(rng)
        language = 0 if rng.random() < 0.6 else int(rng.integers(len(self._words)))
        words = self._words[language]
        word = words[int(len(words) * rng.random() ** 2)]
        case = rng.random()
        if case < 0.3:
            return word.capitalize()
        return word.upper() if case < 0.5 else word

    def line(self, rng: np.random.Generator, max_chars: int) -> str:
        """Words joined by spaces, at most ``max_chars`` characters, at least one word."""
        if self._prose and rng.random() < 0.5:
            start = int(rng.integers(len(self._prose)))
            words = self._prose[start : start + max_chars // 3 + 1]
        else:
            words = [self.word(rng) for _ in range(max_chars // 5 + 1)]
        line = words[0]
        for word in words[1:]:
            if len(line) + 1 + len(word) > max_chars:
                break
            line = f"{line} {word}"
        return line[:max_chars]


def _figure(rng: np.random.Generator) -> str:
    """A number as print shows it: price, date, time, code, share, note or plain."""
    number = int(10 ** rng.uniform(0, 5))
    day, month, year = rng.integers(1, 29), rng.integers(1, 13), rng.integers(1990, 2030)
    forms = (
        f"{number / 100:.2f}",
        f"{rng.choice(list('$€£'))}{number / 100:.2f}",
        f"{day:02d}/{month:02d}/{year}",
        f"{rng.integers(24):02d}:{rng.integers(60):02d}",
        f"{rng.choice(list('ABCDEFGHKLMNPRSTUVWXZ'))}{number}-{rng.integers(10)}",
        f"{rng.integers(1, 100)}%",
        f"({number})",
        str(number),
    )
    return forms[int(rng.integers(len(forms)))]
