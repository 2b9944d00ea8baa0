"""`python -m xianfeng.assessment.batch`: the command alone."""

import sys

from .command import main

sys.exit(main())
