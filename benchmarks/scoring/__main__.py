"""`python -m benchmarks.scoring SIZE …`."""

import sys

from .files import main

sys.exit(0 if main(sys.argv[1:]) else 1)
