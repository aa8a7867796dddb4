"""Run the command as ``python -m hotspot.cli``."""

from hotspot.cli import main

main()
