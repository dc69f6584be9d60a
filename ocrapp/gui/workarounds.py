"""Mistakes of others that would end the window, and how we live with them."""

import ctypes
import sys


def keep_constants_alive() -> None:
    """Save ``None``, ``True`` and ``False`` from being freed on Python 3.11. Safe to call twice.

    In PySide6 6.12.0 each call of a method without a result takes a reference from ``None`` that it never
    had, and each emitted signal one from ``True``. After some thousand calls nothing is left, and Python ends
    the process: "none_dealloc: deallocating None". From Python 3.12 on these objects are immortal (PEP 683),
    so this makes them as good as that. PySide6 up to 6.11.3 counts well.

    To be removed when Python 3.11 is no longer supported.
    """
    if sys.version_info >= (3, 12):
        return
    for constant in (None, True, False):
        references = ctypes.c_ssize_t.from_address(id(constant))
        references.value = max(references.value, sys.maxsize // 2)
