"""Moves: every status can be left or is final, every permission is known, and no move starts from nowhere."""

import pytest

from xianfeng.audit.moves import registry
from xianfeng.core.permissions import known

MOVES = [(model, move) for model, moves in registry().items() for move in moves.values()]


@pytest.mark.parametrize("model", registry(), ids=lambda m: m.__name__)
def test_every_status_can_be_left_or_is_final(model):
    statuses = {str(value) for value, _label in model._meta.get_field("status").choices}
    left = {source for move in registry()[model].values() for source in move.sources}
    final = {str(s) for s in getattr(model, "FINAL", ())}
    assert statuses == left | final
    assert not left & final
    assert left <= statuses


@pytest.mark.parametrize(("model", "move"), MOVES, ids=lambda x: getattr(x, "name", None))
def test_a_move_leads_somewhere_with_a_known_permission(model, move):
    statuses = {str(value) for value, _label in model._meta.get_field("status").choices}
    assert move.target is None or move.target in statuses
    assert move.permission in known()
    assert str(move.label)


def test_models_with_moves_have_what_the_wrapper_needs():
    for model in registry():
        names = {field.name for field in model._meta.get_fields()}
        assert {"status", "uid"} <= names, model
        assert hasattr(model, "get_absolute_url"), model
