"""An installation of its own for every test of keys and sealing."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def home(tmp_path: Path, settings: Any) -> Path:
    settings.XIANFENG_HOME = tmp_path
    settings.CRYPTO_SUITE = "intl"
    return tmp_path
