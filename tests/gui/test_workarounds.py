import subprocess
import sys

from ocrapp.gui.workarounds import keep_constants_alive


def test_a_long_evening_with_the_window():
    """As many calls and signals as it takes to free None and True, if they can be freed."""
    code = (
        "from ocrapp.gui.workarounds import keep_constants_alive\n"
        "keep_constants_alive()\n"
        "from PySide6.QtCore import QObject, Signal\n"
        "from PySide6.QtGui import QPainterPath\n"
        "class Source(QObject):\n"
        "    told = Signal()\n"
        "source, path = Source(), QPainterPath()\n"
        "for _ in range(50_000):\n"
        "    path.closeSubpath()\n"
        "    source.told.emit()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_it_can_be_called_again():
    keep_constants_alive()
    before = sys.getrefcount(None)
    keep_constants_alive()
    assert abs(sys.getrefcount(None) - before) < 100
