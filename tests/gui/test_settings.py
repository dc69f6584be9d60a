from PySide6.QtCore import QByteArray, QSettings

from ocrapp.gui.settings import Settings
from ocrapp.gui.theme import Scheme


def test_what_is_set_comes_back_after_a_restart(store, tmp_path):
    settings = Settings(store)
    settings.scheme, settings.overlay, settings.folder = Scheme.DARK, False, str(tmp_path)
    settings.set_layout("window", QByteArray(b"state"))
    store.sync()
    again = Settings(QSettings(store.fileName(), QSettings.Format.IniFormat))
    assert (again.scheme, again.overlay, again.folder) == (Scheme.DARK, False, str(tmp_path))
    assert again.layout("window") == b"state"


def test_nonsense_falls_back(store):
    store.setValue("view/scheme", "purple")
    store.setValue("files/folder", "/no/such/folder")
    settings = Settings(store)
    assert (settings.scheme, settings.folder, settings.overlay) == (Scheme.SYSTEM, "", True)
    assert settings.layout("window").isEmpty()
