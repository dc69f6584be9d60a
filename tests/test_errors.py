import inspect

from ocrapp import errors
from ocrapp.errors import ExitCode, InputTruncatedError, InputUnreadableError, OcrappError


def all_errors():
    return [item for item in vars(errors).values() if inspect.isclass(item) and issubclass(item, OcrappError)]


def test_an_error_says_what_happened_and_what_to_do():
    error = OcrappError("The file is empty.", "Scan it again.")
    assert (error.what, error.hint, str(error)) == (
        "The file is empty.",
        "Scan it again.",
        "The file is empty. Scan it again.",
    )
    assert str(OcrappError("It broke.")) == "It broke."


def test_codes_are_unique_and_no_error_exits_with_success():
    codes = [error.code for error in all_errors()]
    assert len(codes) == len(set(codes))
    assert all(error.exit_code != ExitCode.OK for error in all_errors())


def test_kinds_of_unreadable_share_an_exit_code_but_not_a_name():
    assert InputTruncatedError.exit_code == InputUnreadableError.exit_code == ExitCode.INPUT_UNREADABLE
    assert InputTruncatedError.code == "truncated"


def test_the_numbers_that_scripts_rely_on():
    assert {code.name: int(code) for code in ExitCode} == {
        "OK": 0,
        "INTERNAL": 1,
        "USAGE": 2,
        "INPUT_NOT_FOUND": 3,
        "INPUT_UNREADABLE": 4,
        "INPUT_TOO_LARGE": 5,
        "INPUT_ENCRYPTED": 6,
        "OUTPUT_NOT_WRITABLE": 7,
        "MODEL_UNUSABLE": 8,
        "DEVICE_UNAVAILABLE": 9,
        "SEVERAL_FAILURES": 10,
        "CANCELLED": 130,
    }
