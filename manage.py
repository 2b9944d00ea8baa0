#!/usr/bin/env python3
from xianfeng.__main__ import main

main()
