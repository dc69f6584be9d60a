"""``python -m ocrapp``: the program, where its script is not on the path."""

import sys

from ocrapp.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
