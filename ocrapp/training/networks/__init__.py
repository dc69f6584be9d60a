"""The networks that ocrapp trains itself."""
