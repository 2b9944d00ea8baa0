"""Questions that every page asks: Django writes their SQL once, and only the values change from then on.

Writing the SQL of a queryset costs five to ten times what SQLite takes to answer it. `Prepared` keeps the text, never an
answer: each call asks the database anew, under the transaction and wrappers of the moment.

    HELD = Prepared(lambda person, day: Appointment.objects.in_force(day).filter(person=person))
    HELD(person=7, day=today())      # a list of Appointment

The function is called once per thread with stand-ins for its values. They may stand where a lookup takes a value that
never decides the shape of the question: not in `__in`, slices, patterns (`__startswith`), or where it may be None. What
does decide it is named after a `*`; the question is then written once for each of the values there:

    BELOW = Prepared(lambda day, *, paths: Organization.objects.under(paths).standing(day))
    BELOW(day=today(), paths=("0001/",))
"""

from __future__ import annotations

import inspect
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import date, datetime
from operator import itemgetter
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Value
from django.db.models.query import FlatValuesListIterable, ModelIterable, QuerySet, ValuesListIterable

from .instances import builder

T = TypeVar("T")
SHAPES = 64
"""So many shapes of a question are kept; the one asked longest ago goes first."""


class Stand(Value):
    """Stands for a value that is named when the question is asked."""

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]


class Prepared(Generic[T]):
    """A question with named values, asked by calling it; gives the list of what its queryset would give."""

    def __init__(self, build: Callable[..., Iterable[T]]) -> None:
        self._build = build
        parameters = inspect.signature(build).parameters.values()
        self._shaping = tuple(p.name for p in parameters if p.kind is p.KEYWORD_ONLY)
        self._names = tuple(p.name for p in parameters if p.kind is not p.KEYWORD_ONLY)
        self._kept = Kept()

    def __call__(self, **values: Any) -> list[T]:
        shape = tuple([values[name] for name in self._shaping])

        def build() -> Any:
            stands = {name: Stand(name) for name in self._names}
            return self._build(**stands, **dict(zip(self._shaping, shape, strict=True)))

        return self._kept(shape, build).ask(values)


def is_plain(queryset: Any) -> bool:
    """Whether a question is one query for instances of a model."""
    if not isinstance(queryset, QuerySet) or queryset._iterable_class is not ModelIterable:
        return False
    inside: Any = queryset  # the stubs do not know what Django keeps there
    return not inside._prefetch_related_lookups and not inside._known_related_objects


def rows_of(queryset: Any) -> list[Any]:
    """The rows of a queryset, made as quickly as those of prepared questions."""
    return _Written(queryset, connections[queryset.db]).ask({}) if is_plain(queryset) else list(queryset)


class Kept:
    """Written questions by what decides their shape, each thread its own; the one asked longest ago goes first."""

    def __init__(self) -> None:
        self._local = threading.local()

    def __call__(self, shape: Hashable, build: Callable[[], QuerySet[Any]]) -> _Written:
        """The question of this shape; written, from what `build` gives, where it is not kept."""
        connection = connections[DEFAULT_DB_ALIAS]
        kept: OrderedDict[Hashable, _Written] | None = getattr(self._local, "kept", None)
        if kept is None:
            kept = self._local.kept = OrderedDict()
        written = kept.get(shape)
        if written is None or written.connection is not connection:
            written = kept[shape] = _Written(build(), connection)
            if len(kept) > SHAPES:
                kept.popitem(last=False)
        kept.move_to_end(shape)
        return written


class _Written:
    """A question written for one connection, and how its rows become what was asked for."""

    def __init__(self, queryset: Any, connection: Any) -> None:
        self.connection = connection
        self.compiler = compiler = queryset.query.get_compiler(connection=connection)
        try:
            self.sql, self.params = compiler.as_sql()
        except EmptyResultSet:  # nothing can ever be found, as where nobody named any place
            self.sql = ""
            return
        expressions = [column[0] for column in compiler.select]
        self.converters = compiler.get_converters(expressions)
        kinds: dict[Any, Callable[[], Callable[[Any], Any]]] = {
            ModelIterable: lambda: builder(compiler, connection.alias),
            ValuesListIterable: lambda: tuple,
            FlatValuesListIterable: lambda: itemgetter(0),
        }
        self.make = kinds[queryset._iterable_class]()

    def ask(self, values: Mapping[str, Any]) -> list[Any]:
        if not self.sql:
            return []
        params = [self._adapted(values[p.value]) if isinstance(p, Stand) else p for p in self.params]
        with self.connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            rows = cursor.fetchall()
        if self.converters:
            rows = self.compiler.apply_converters(rows, self.converters)
        return [self.make(row) for row in rows]

    def _adapted(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return self.connection.ops.adapt_datetimefield_value(value)
        return self.connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value
