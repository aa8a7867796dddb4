"""Run the command as ``python -m hotspot.cli``."""

import sys

from hotspot.cli import main

sys.exit(main())
