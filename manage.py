#!/usr/bin/env python3
"""Django's commands, where habit looks for them; the same as `xianfeng django …`."""

import sys

from xianfeng.__main__ import main

main(["django", *sys.argv[1:]])
