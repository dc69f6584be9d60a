"""The window. Only ``ocrapp.gui.app`` is meant for other rooms."""
