"""Every act that is recorded has words for whoever reads the log."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from xianfeng.audit.sentences import known

SOURCE = Path(__file__).resolve().parents[2] / "src/xianfeng"


def recorded() -> Iterator[tuple[str, str]]:
    """The codes that are written into the log, each with the file that writes it."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func).endswith("events.record")
                and isinstance(node.args[0], ast.Constant)
            ):
                yield node.args[0].value, str(path.relative_to(SOURCE))


@pytest.mark.parametrize(("code", "where"), sorted(set(recorded())))
def test_every_recorded_act_has_words(code, where):
    assert code in known(), f"{where} records {code}: say what it means in the app's sentences.py"


def test_no_words_for_acts_that_nobody_records():
    from xianfeng.audit.moves import registry

    moves = {f"{m._meta.app_label}.{move}" for m, declared in registry().items() for move in declared}
    assert set(known()) <= {code for code, _where in recorded()} | moves
