"""What is written on things: words of many languages, prose, and the figures, codes and signs between them."""

import html
import string
from collections.abc import Callable
from pathlib import Path

import numpy as np
from wordfreq import top_n_list

DIGITS_LETTERS = string.digits + string.ascii_lowercase + string.ascii_uppercase
PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
DIACRITICS = (
    "àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿßœšžąćęłńóśźżčďěňřťůőűăâîșțğışģķļņāēīūėįųėľĺŕ"
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞŒŠŽĄĆĘŁŃŚŹŻČĎĚŇŘŤŮŐŰĂȘȚĞİŞĢĶĻŅĀĒĪŪĖĮŲĽĹŔ"
)
TYPOGRAPHIC = "‘’“”„«»–—•…€£¥¢§©®™°²³½¼±×÷¿¡"
CHARSET = "".join(dict.fromkeys(DIGITS_LETTERS + PUNCTUATION + " " + DIACRITICS + TYPOGRAPHIC))
"""Classes 1, 2, …: the 94 of the paper in its order, space, Latin letters with diacritics, typographic signs."""

LANGUAGES = {
    "en": 18.0, "de": 1.5, "fr": 1.5, "es": 1.2, "it": 1.0, "pt": 0.7, "nl": 0.6, "pl": 0.7,
    "cs": 0.5, "sv": 0.5, "da": 0.3, "fi": 0.3, "hu": 0.4, "ro": 0.4, "tr": 0.3, "sh": 0.2,
}  # fmt: skip


ENTRIES = (
    "Total", "Subtotal", "Sub Total", "Total Amount", "Grand Total", "Amount", "Amount Due", "Net Total", "Balance",
    "Cash", "Change", "Card", "Visa", "Mastercard", "Debit", "Credit", "Paid", "Payment", "Discount", "Rounding",
    "Rounding Adj", "Tax", "Tax Invoice", "Tax Summary", "GST", "GST 6%", "VAT", "VAT 20%", "MwSt", "TVA", "IVA",
    "GST Reg No", "Service Charge", "Tip", "Invoice", "Invoice No", "Receipt", "Receipt #", "Receipt No", "Bill No",
    "Doc No", "Order", "Order No", "Ref", "Reg No", "Co. Reg No", "Tel", "Fax", "Phone", "Email", "Date", "Time",
    "Date/Time", "Cashier", "Counter", "Table", "Pax", "Station", "Terminal", "Shift No", "Member", "Points", "Item",
    "Items", "Item Count", "Qty", "Quantity", "Description", "Price", "U. Price", "Unit Price", "RM", "Code", "Size",
    "Thank You", "Thank you, please come again", "Terima Kasih", "Sila Datang Lagi", "Danke", "Merci", "Gracias",
    "Goods sold are not returnable", "Exchange within 7 days with receipt", "Customer Copy", "Closed", "Open",
    "Name", "First Name", "Surname", "Address", "Street", "City", "Postcode", "ZIP", "Country", "Date of Birth",
    "Signature", "Account No", "IBAN", "Sex", "Nationality", "Department", "Subject", "From", "To", "Page", "Remarks",
)  # fmt: skip
"""What stands on receipts and forms before a value, or alone."""


class Corpus:
    """Draws strings whose characters are all in ``CHARSET``.

    Args:
        prose: Running text for lines; may be empty.
        per_language: Number of most frequent words taken from each language.
    """

    def __init__(self, prose: str = "", per_language: int = 30_000) -> None:
        allowed = set(CHARSET)
        self._languages = list(LANGUAGES)
        weights = np.array(list(LANGUAGES.values()))
        self._cumulative = np.cumsum(weights / weights.sum())
        self._words = [
            [w for w in top_n_list(code, per_language) if len(w) > 1 and set(w) <= allowed]
            for code in self._languages
        ]
        self._prose = ["".join(c for c in w if c in allowed) for w in html.unescape(prose).split()]
        self._prose = [w for w in self._prose if w]
        self._figures: tuple[Callable[[np.random.Generator], str], ...] = (
            _number, _number, _price, _price, _date, _time, _code, _code, _email, _web, _phone, _unit, _random, _random,
        )  # fmt: skip

    @classmethod
    def from_file(cls, path: Path | None) -> "Corpus":
        """With prose from a text file; without it where the file does not exist."""
        return cls(path.read_text(encoding="utf-8") if path is not None and path.exists() else "")

    def word(self, rng: np.random.Generator) -> str:
        """One word as print has it: cased, sometimes with punctuation, or a figure, code, address."""
        draw = rng.random()
        if draw < 0.02:  # initials, letters of logos, house numbers
            return _pick(rng, DIGITS_LETTERS)
        if draw < 0.24:
            return self._figures[int(rng.integers(len(self._figures)))](rng)
        if draw < 0.34 and self._prose:
            return self._prose[int(rng.integers(len(self._prose)))]
        words = self._words[int(np.searchsorted(self._cumulative, rng.random(), side="right"))]
        # Half by rank with a bias to frequent words, half uniformly: rare words teach letters, frequent ones words.
        rank = rng.random() ** 2 if rng.random() < 0.5 else rng.random()
        word = words[int(len(words) * rank)]
        case = rng.random()
        if case < 0.42:
            word = word.upper()
        elif case < 0.66:
            word = word[:1].upper() + word[1:]
        word = "".join(c for c in word if c in CHARSET) or "a"
        return _punctuated(rng, word) if rng.random() < 0.08 else word

    def words(self, rng: np.random.Generator, n: int) -> str:
        """``n`` words joined by spaces."""
        return " ".join(self.word(rng) for _ in range(n))

    def line(self, rng: np.random.Generator, max_chars: int) -> str:
        """A line of running text or of mixed words, at least one word, at most ``max_chars`` characters."""
        if self._prose and rng.random() < 0.6:
            start = int(rng.integers(len(self._prose)))
            words = self._prose[start : start + max_chars // 2 + 1]
        else:
            words = [self.word(rng) for _ in range(max_chars // 4 + 1)]
        line = words[0]
        for word in words[1:]:
            if len(line) + 1 + len(word) > max_chars:
                break
            line = f"{line} {word}"
        if rng.random() < 0.12:
            line = "".join(c for c in line.upper() if c in CHARSET)
        return line[:max_chars].strip() or "a"

    def entry(self, rng: np.random.Generator) -> str:
        """A line as on receipts and forms: a name, a name with a value, a greeting, an address."""
        draw = rng.random()
        name = ENTRIES[int(rng.integers(len(ENTRIES)))]
        name = name.upper() if rng.random() < 0.45 else name
        if draw < 0.2:
            return name
        if draw < 0.62:
            value = self._figures[int(rng.integers(9))](rng)
            return f"{name}{(': ', ' : ', ' ', ' - ', ':', '. ', ' = ')[int(rng.integers(7))]}{value}"
        if draw < 0.72:
            count, price = int(rng.integers(1, 30)), 10 ** rng.uniform(0, 2.5)
            return f"{count}{(' x ', 'X', ' @ ', ' X ', 'x ')[int(rng.integers(5))]}{price:.2f}"
        if draw < 0.84:
            words = [w[:1].upper() + w[1:] for w in (self.word(rng) for _ in range(int(rng.integers(1, 4))))]
            number = f"{int(rng.integers(1, 200))}{(',', '', '-G,', 'A,')[int(rng.integers(4))]}"
            line = f"{('No. ', 'No ', 'Lot ', '', '#')[int(rng.integers(5))]}{number} {' '.join(words)}"
            return line if rng.random() < 0.5 else f"{_digits(rng, 5, 5)} {' '.join(words)}"
        return f"{self.word(rng)} {self._figures[int(rng.integers(9))](rng)}"


def _pick(rng: np.random.Generator, options: str) -> str:
    return options[int(rng.integers(len(options)))]


def _digits(rng: np.random.Generator, low: int, high: int) -> str:
    return "".join(_pick(rng, string.digits) for _ in range(int(rng.integers(low, high + 1))))


def _punctuated(rng: np.random.Generator, word: str) -> str:
    style = int(rng.integers(8))
    if style < 4:
        return word + _pick(rng, ",.:;!?-…")
    pairs = ("()", "[]", '""', "''", "“”", "‘’", "«»", "<>")
    pair = pairs[int(rng.integers(len(pairs)))]
    return f"{pair[0]}{word}{pair[1]}" if style < 7 else f"{_pick(rng, '•-–*#&+@')}{word}"


def _number(rng: np.random.Generator) -> str:
    number = int(10 ** rng.uniform(0, 6))
    return f"{number:,}" if rng.random() < 0.2 else str(number)


def _price(rng: np.random.Generator) -> str:
    amount = f"{10 ** rng.uniform(-0.5, 3.5):.2f}"
    if rng.random() < 0.25:
        amount = amount.replace(".", ",")
    sign = _pick(rng, "$€£¥")
    return (amount, f"{sign}{amount}", f"{amount}{sign}", f"RM{amount}")[
        int(rng.choice(4, p=(0.4, 0.35, 0.2, 0.05)))
    ]


def _date(rng: np.random.Generator) -> str:
    day, month, year = int(rng.integers(1, 29)), int(rng.integers(1, 13)), int(rng.integers(1950, 2031))
    sep = _pick(rng, "/.-")
    return f"{day:02d}{sep}{month:02d}{sep}{year}" if rng.random() < 0.7 else f"{year}-{month:02d}-{day:02d}"


def _time(rng: np.random.Generator) -> str:
    clock = f"{int(rng.integers(24))}{_pick(rng, '::.')}{int(rng.integers(60)):02d}"
    return clock + ("", "", "am", "PM", "h")[int(rng.integers(5))]


def _code(rng: np.random.Generator) -> str:
    parts = [
        "".join(_pick(rng, string.ascii_uppercase) for _ in range(int(rng.integers(1, 4))))
        if rng.random() < 0.5
        else _digits(rng, 1, 5)
        for _ in range(int(rng.integers(1, 4)))
    ]
    return _pick(rng, "--/").join(parts)


def _email(rng: np.random.Generator) -> str:
    words = top_n_list("en", 3000)
    name, host = words[int(rng.integers(3000))], words[int(rng.integers(3000))]
    return f"{name}@{host}.{('com', 'org', 'net', 'de')[int(rng.integers(4))]}"


def _web(rng: np.random.Generator) -> str:
    words = top_n_list("en", 3000)
    name = f"{words[int(rng.integers(3000))]}.{('com', 'co.uk', 'org', 'net', 'fr')[int(rng.integers(5))]}"
    return ("www.", "http://", "https://", "WWW.", "")[int(rng.integers(5))] + (
        name.upper() if rng.random() < 0.15 else name
    )


def _phone(rng: np.random.Generator) -> str:
    sep = _pick(rng, "-. ")
    return _pick(rng, "+(0").replace("(", "(0") + sep.join(
        _digits(rng, 2, 4) for _ in range(int(rng.integers(2, 4)))
    )


def _unit(rng: np.random.Generator) -> str:
    units = (
        "kg",
        "g",
        "ml",
        "cm",
        "mm",
        "km",
        "km/h",
        "%",
        "°C",
        "GB",
        "MHz",
        "m²",
        "W",
        "V",
        "mph",
        "oz",
        "st",
        "nd",
        "th",
    )
    return f"{int(10 ** rng.uniform(0, 3))}{units[int(rng.integers(len(units)))]}"


def _random(rng: np.random.Generator) -> str:
    return "".join(
        _pick(rng, CHARSET.replace(" ", "")) if rng.random() < 0.3 else _pick(rng, DIGITS_LETTERS)
        for _ in range(int(rng.integers(1, 9)))
    )
