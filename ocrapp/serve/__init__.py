"""Reading over HTTP: the same as `ocrapp read`, one upload a request. Needs the extra ``serve``."""
