"""Every error that a user can meet: what happened, what to do, and the exit code.

A room raises one of these; the command line, the window and the batch journal render the same object.
"""

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """Exit codes of the command line. Scripts rely on these numbers."""

    OK = 0
    INTERNAL = 1
    """A defect in ocrapp: please report it."""
    USAGE = 2
    """Arguments that contradict each other or name nothing."""
    INPUT_NOT_FOUND = 3
    INPUT_UNREADABLE = 4
    """Broken, empty, truncated or not of a kind that ocrapp opens."""
    INPUT_TOO_LARGE = 5
    INPUT_ENCRYPTED = 6
    OUTPUT_NOT_WRITABLE = 7
    MODEL_UNUSABLE = 8
    """A model file is missing, damaged or does not fit."""
    DEVICE_UNAVAILABLE = 9
    SEVERAL_FAILURES = 10
    """More than one input failed, with different codes."""
    CANCELLED = 130


class OcrappError(Exception):
    """Base of all errors that are shown to the user.

    Args:
        what: What happened, one sentence that names the file or thing.
        hint: What to do about it, one sentence.

    Attributes:
        code: Stable name of the error for scripts (the ``code`` of JSON output).
        exit_code: What the command line exits with.
    """

    code: ClassVar[str] = "internal"
    exit_code: ClassVar[ExitCode] = ExitCode.INTERNAL

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.what} {self.hint}".strip()


class UsageError(OcrappError):
    """The request contradicts itself or names something that does not exist."""

    code = "usage"
    exit_code = ExitCode.USAGE


class InputNotFoundError(OcrappError):
    """Nothing at this path, or it vanished."""

    code = "not_found"
    exit_code = ExitCode.INPUT_NOT_FOUND


class InputUnreadableError(OcrappError):
    """The file is there, but its content cannot be decoded."""

    code = "unreadable"
    exit_code = ExitCode.INPUT_UNREADABLE


class InputEmptyError(InputUnreadableError):
    """The file has no bytes, or an image has no pixels."""

    code = "empty"


class InputTruncatedError(InputUnreadableError):
    """The file ends before its content does."""

    code = "truncated"


class InputUnsupportedError(InputUnreadableError):
    """The file is of a kind that ocrapp does not open."""

    code = "unsupported"


class InputTooLargeError(OcrappError):
    """Decoding would need more pixels than ocrapp accepts (decompression bombs among them)."""

    code = "too_large"
    exit_code = ExitCode.INPUT_TOO_LARGE


class InputEncryptedError(OcrappError):
    """The document needs a password, or another one."""

    code = "encrypted"
    exit_code = ExitCode.INPUT_ENCRYPTED


class OutputNotWritableError(OcrappError):
    """The result cannot be written where it was asked for."""

    code = "output_not_writable"
    exit_code = ExitCode.OUTPUT_NOT_WRITABLE


class OutputBusyError(OutputNotWritableError):
    """Another run is writing its results there."""

    code = "output_busy"


class ModelUnusableError(OcrappError):
    """A model file is missing, damaged or does not fit its catalog entry."""

    code = "model_unusable"
    exit_code = ExitCode.MODEL_UNUSABLE


class DeviceUnavailableError(OcrappError):
    """The requested device cannot run the models."""

    code = "device_unavailable"
    exit_code = ExitCode.DEVICE_UNAVAILABLE


class CancelledError(OcrappError):
    """The person stopped the work."""

    code = "cancelled"
    exit_code = ExitCode.CANCELLED


def exit_code_of(code: str) -> ExitCode:
    """The exit code that belongs to the ``code`` of an error, which is all that files keep of it."""
    classes = [OcrappError]
    for known in classes:
        if known.code == code:
            return known.exit_code
        classes += known.__subclasses__()
    return ExitCode.INTERNAL
