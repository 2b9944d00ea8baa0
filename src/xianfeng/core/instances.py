"""Instances of models from rows of the database, for pages that show hundreds of them.

Django makes an instance as if anybody might have called it with anything: some thirty calls each, a third of what a list
costs. Rows that come from the database are put into place as they are. A model that has its own way of being made
(`__init__`, `from_db`, a receiver of the signals around it) is made in that way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Model
from django.db.models.base import ModelState
from django.db.models.signals import post_init, pre_init

Row = Sequence[Any]


def maker(model: type[Model], names: Sequence[str], db: str) -> Callable[[Row], Any]:
    """What makes an instance of the values of these attributes; those not named are read when they are asked for."""
    if not _plain(model):
        return lambda values: model.from_db(db, names, values)
    create = object.__new__

    def make(values: Row) -> Any:
        made: Any = create(model)
        made.__dict__.update(zip(names, values, strict=True))
        state = made._state = ModelState()
        state.adding, state.db = False, db
        return made

    return make


def _plain(model: type[Model]) -> bool:
    made_by_django = (
        model.__init__ is Model.__init__ and model.from_db.__func__ is Model.from_db.__func__  # type: ignore[attr-defined]  # a bound method has it
    )
    return made_by_django and not pre_init.has_listeners(model) and not post_init.has_listeners(model)


def builder(compiler: Any, db: str) -> Callable[[Row], Any]:
    """What makes an instance of each row of a compiled question, with what `select_related` and `annotate` added."""
    make, parts = _instances(compiler.klass_info, compiler.select, db)
    annotations = tuple((compiler.annotation_col_map or {}).items())

    def build(row: Row) -> Any:
        made = make(row)
        for part in parts:
            part(row, made)
        for name, position in annotations:
            setattr(made, name, row[position])
        return made

    return build


def _instances(
    info: dict[str, Any], select: Sequence[Any], db: str
) -> tuple[Callable[[Row], Any], list[Callable[[Row, Any], None]]]:
    """What makes the instance itself, and what adds those that belong to it."""
    own = info["select_fields"]
    first, end = own[0], own[-1] + 1
    make = maker(info["model"], [column[0].target.attname for column in select[first:end]], db)
    parts = [_related(part, select, db) for part in info.get("related_klass_infos", ())]
    return lambda row: make(row[first:end]), parts


def _related(info: dict[str, Any], select: Sequence[Any], db: str) -> Callable[[Row, Any], None]:
    make, parts = _instances(info, select, db)
    key = info["model"]._meta.pk.attname
    at = next(i for i in info["select_fields"] if select[i][0].target.attname == key)
    here, there = info["local_setter"], info["remote_setter"]

    def relate(row: Row, owner: Any) -> None:
        found = None if row[at] is None else make(row)
        here(owner, found)
        if found is not None:
            there(found, owner)
            for part in parts:
                part(row, found)

    return relate
