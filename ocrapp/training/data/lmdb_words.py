"""Word crops in LMDB: the layout of MJSynth, SynthText, PARSeq's archives and Union14M's.

Keys: ``num-samples`` (decimal text), ``image-%09d`` (encoded image), ``label-%09d`` (UTF-8) and, in some
archives, ``wh-%09d`` (``width_height`` in pixels). Numbers start at 1.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import lmdb

from ocrapp.errors import InputNotFoundError, InputUnreadableError
from ocrapp.training.data.real import Pixels, load_pixels


@dataclass(frozen=True, slots=True)
class StoredWord:
    """One labelled word crop as encoded bytes.

    Attributes:
        name: Names the crop within its archive; validation goes by it.
        data: The encoded image.
        text: Label.
        dataset: Name of the archive.
        size: Width and height in pixels where the archive knows them without decoding.
        exact: False where the case of the label is not that of the print.
        punctuation: False where the label lacks the punctuation of the print.
    """

    name: str
    data: bytes
    text: str
    dataset: str
    size: tuple[int, int] | None = None
    exact: bool = True
    punctuation: bool = True

    def load(self) -> Pixels:
        """Decode the crop: RGB uint8 (H, W, 3)."""
        return load_pixels(self.data)


class LmdbWords:
    """An archive, open for reading; a sequence of ``StoredWord``.

    LMDB must not cross a fork: the archive is opened when it is first read, in each process anew, and a copy
    that is pickled to a worker opens its own.

    Args:
        folder: The folder that holds ``data.mdb``.
        exact: False where the case of the labels is unreliable.
        punctuation: False where the labels lack punctuation.

    Raises:
        InputNotFoundError: There is no ``data.mdb``.
        InputUnreadableError: It is no archive of this layout.

    Example:
        >>> with LmdbWords(Path("MJ_train")) as words:
        ...     print(len(words), words[0].text)
    """

    def __init__(self, folder: Path, *, exact: bool = True, punctuation: bool = True) -> None:
        if not (folder / "data.mdb").is_file():
            raise InputNotFoundError(f"{folder} holds no data.mdb.", "Name the folder of an LMDB archive.")
        self._folder = folder
        self._exact = exact
        self._punctuation = punctuation
        self._environment: Any = None
        self._count = self._read_count()
        self.close()

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> StoredWord:
        if not 0 <= index < self._count:
            raise IndexError(index)
        number = f"{index + 1:09d}"
        with self._open().begin() as transaction:
            image, label = (transaction.get(f"{kind}-{number}".encode()) for kind in ("image", "label"))
            size = transaction.get(f"wh-{number}".encode())
        if image is None or label is None:
            raise InputUnreadableError(
                f"{self._folder} lacks image or label {number}.", "Fetch the archive again."
            )
        try:
            text = label.decode("utf-8")
            width_height = tuple(map(int, size.split(b"_"))) if size else None
        except ValueError as error:
            raise InputUnreadableError(
                f"Entry {number} of {self._folder} is broken.", "Fetch the archive again."
            ) from error
        return StoredWord(
            name=f"{self._folder.name}-{number}",
            data=image,
            text=text,
            dataset=self._folder.name,
            size=(width_height[0], width_height[1]) if width_height else None,
            exact=self._exact,
            punctuation=self._punctuation,
        )

    def __iter__(self) -> Iterator[StoredWord]:
        return (self[index] for index in range(self._count))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_environment": None}

    def close(self) -> None:
        """Close the archive; the next read opens it again."""
        if self._environment is not None:
            self._environment.close()
            self._environment = None

    def _open(self) -> Any:
        if self._environment is None:
            try:
                self._environment = lmdb.open(
                    str(self._folder), readonly=True, lock=False, readahead=False, meminit=False
                )
            except lmdb.Error as error:
                raise InputUnreadableError(
                    f"{self._folder} is no LMDB archive.", "Fetch the archive again."
                ) from error
        return self._environment

    def _read_count(self) -> int:
        with self._open().begin() as transaction:
            count = transaction.get(b"num-samples")
        if count is None or not count.isdigit():
            raise InputUnreadableError(
                f"{self._folder} has no entry num-samples.", "Only archives of word crops can be read."
            )
        return int(count)
