"""``python -m pipeline`` is ``daycast``."""

import sys

from pipeline.cli import main

sys.exit(main())
