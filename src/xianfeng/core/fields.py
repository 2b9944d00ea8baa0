"""Model fields for what must not lie in clear: `SealedText`, and `BlindIndex` to find it again.

    class Person(SealedModel):
        id_number = SealedText(_("ID number"), max_length=18, blank=True)
        id_number_index = BlindIndex(of="id_number", unique=True)

    person.id_number = "379900199001011234"     # sealed for this row when saved
    str(person.id_number)                       # 3799**********1234: what pages, logs and lists get
    person.id_number.reveal()                   # the clear value; the caller audits why
    Person.objects.filter(id_number_index=blind("people.person.id_number", typed))

An empty value is stored as "" and has no index (NULL). `update()` and `bulk_update()` cannot know the row and
are refused; `bulk_create()` works. `SealedText` cannot be searched: its index can, for equal values only.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.core import checks
from django.core.exceptions import FieldError, ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext_lazy as _

from xianfeng.core import crypto
from xianfeng.core.crypto import CannotOpen, blind
from xianfeng.core.uids import UidField

__all__ = ["BlindIndex", "CannotOpen", "Sealed", "SealedModel", "SealedText", "blind", "check_sealed", "mask"]

HIDDEN: Final = "****"


def mask(clear: str) -> str:
    """What may be shown of a value: 138****1234, 3799**********1234, and nothing of what is short."""
    if len(clear) == 11:
        return f"{clear[:3]}****{clear[-4:]}"
    if len(clear) > 11:
        return f"{clear[:4]}{'*' * (len(clear) - 8)}{clear[-4:]}"
    if len(clear) > 7:
        return f"{'*' * (len(clear) - 4)}{clear[-4:]}"
    return HIDDEN if clear else ""


class Sealed:
    """A value that shows itself masked. Opened only when asked, for the row and column it belongs to."""

    __slots__ = ("_clear", "_token", "label", "uid")

    def __init__(
        self, label: str, *, uid: str = "", clear: str | None = None, token: str | None = None
    ) -> None:
        self.label, self.uid, self._clear, self._token = label, uid, clear, token

    @property
    def token(self) -> str | None:
        """What the database holds; None while the value has not been saved."""
        return self._token

    def reveal(self) -> str:
        """The clear value. Raises CannotOpen when it was moved here from another row or column."""
        if self._clear is None:
            if not self.uid:
                raise CannotOpen(f"{self.label}: read without its row")
            self._clear = crypto.open_sealed(self._token, self.label, self.uid) if self._token else ""
        return self._clear

    def seal(self, uid: str) -> str:
        """The text to store for the row `uid`. An untouched value keeps its ciphertext."""
        if self._token is None or self.uid != uid:
            clear = self.reveal()
            self._token = crypto.seal(clear, self.label, uid) if clear else ""
            self.uid = uid
        return self._token

    def __str__(self) -> str:
        # Read by `values()` there is no row to open it for; then nothing at all is shown of it.
        return mask(self.reveal()) if self.uid or self._clear is not None or not self._token else HIDDEN

    __repr__ = __str__

    def __bool__(self) -> bool:
        return bool(self._clear if self._token is None else self._token)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Sealed):
            return self is other or self.reveal() == other.reveal()
        return NotImplemented

    def __hash__(self) -> int:
        return hash((self.label, self.reveal()))

    def __reduce__(self) -> tuple[Callable[..., Sealed], tuple[str, str, str]]:
        """Caches, sessions and task queues may carry the ciphertext, never the clear value."""
        if self._token is None:
            raise TypeError(f"{self.label}: an unsaved value cannot be pickled")
        return _unpickle, (self.label, self.uid, self._token)

    def __copy__(self) -> Sealed:
        return Sealed(self.label, uid=self.uid, clear=self._clear, token=self._token)

    def __deepcopy__(self, memo: dict[int, Any]) -> Sealed:
        return self.__copy__()


def _unpickle(label: str, uid: str, token: str) -> Sealed:
    return Sealed(label, uid=uid, token=token)


class _Token(str):
    """Text that `pre_save` has sealed for its row: the only thing that may be written to the column."""

    __slots__ = ()


class SealedAttribute(DeferredAttribute):
    """The attribute of a row: gives a `Sealed` that knows its row, takes a `Sealed` or a clear text."""

    field: SealedText

    def __get__(self, instance: models.Model | None, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if isinstance(value, Sealed) and instance is not None and not value.uid and value.token is not None:
            value.uid = instance.uid  # type: ignore[attr-defined]  # it is a SealedModel: E001
        return value

    def __set__(self, instance: SealedModel, value: Sealed | str | None) -> None:
        known = instance.__dict__.get(self.field.attname)
        if isinstance(value, Sealed):
            # Another row's value is taken over by its content: its ciphertext would not open here.
            if value is not known and value.uid and value.uid != instance.uid:
                value = Sealed(self.field.label, clear=value.reveal())
            elif not value.uid and value.token is not None:
                value.uid = instance.__dict__.get("uid", "")
        else:
            value = Sealed(self.field.label, clear=value or "")
        instance.__dict__[self.field.attname] = value


if TYPE_CHECKING:
    _TextField = models.TextField[str | Sealed, Sealed]
    _CharField = models.CharField[str | None, str | None]
else:
    _TextField, _CharField = models.TextField, models.CharField


class SealedText(_TextField):
    """Text that is sealed for its row and column before it reaches the database.

    max_length counts the clear text. `bound_as` keeps the label of old data when a column is renamed.
    """

    descriptor_class = SealedAttribute

    def __init__(self, *args: Any, bound_as: str = "", **kwargs: Any) -> None:
        self.bound_as = bound_as
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        if self.bound_as:
            kwargs["bound_as"] = self.bound_as
        if kwargs.get("default") == "":
            del kwargs["default"]
        return name, path, list(args), dict(kwargs)

    @property
    def label(self) -> str:
        """`app.model.field`: part of the key and of what the ciphertext is bound to."""
        return self.bound_as or f"{self.model._meta.label_lower}.{self.name}"

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        found = super().check(**kwargs)
        if not issubclass(self.model, SealedModel):
            found.append(
                checks.Error(
                    "A model with sealed columns derives from SealedModel.", obj=self, id="core.E001"
                )
            )
        if self.unique or getattr(self, "db_index", False) or self.null:
            found.append(
                checks.Error("A sealed column has no index of its own and no NULL.", obj=self, id="core.E002")
            )
        return found

    # --- to and from the database ---

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Sealed:
        return Sealed(self.label, token=value or "")

    def pre_save(self, model_instance: models.Model, add: bool) -> _Token:
        value: Sealed = getattr(model_instance, self.attname)
        if add and value.token:
            value.reveal()  # A row copied under a new uid must not take along what it cannot open.
        return _Token(value.seal(model_instance.uid))  # type: ignore[attr-defined]  # a SealedModel: E001

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if not isinstance(value, _Token):
            raise TypeError(
                f"{self.label} is sealed row by row: save the row instead of update() or bulk_update()"
            )
        return value

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        """Expressions, too, are refused: `update(phone=Value("..."))` would write in clear."""
        if not isinstance(value, _Token):
            raise TypeError(f"{self.label} is sealed row by row: it takes no expression")
        return "%s"

    def get_prep_value(self, value: Any) -> Any:
        if value == "":
            return ""
        raise FieldError(f"{self.label} is sealed: filter by its blind index")

    def get_lookup(self, lookup_name: str) -> Any:
        # Only `field=""` can be answered: whether there is a value at all.
        return super().get_lookup(lookup_name) if lookup_name == "exact" else None

    def get_transform(self, name: str) -> Any:
        return None

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.pre_save(obj, add=False))

    # --- forms and validation ---

    def to_python(self, value: Any) -> Any:
        return value

    def value_from_object(self, obj: models.Model) -> str:  # type: ignore[override]  # the form's text, not the stored one
        """What a form shows: masked."""
        return str(getattr(obj, self.attname))

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        """Validate what is new; what is stored was valid when it came."""
        if isinstance(value, Sealed) and value.token is None:
            clear = value.reveal()
            if clear and mask(clear) == clear:  # it is what a mask looks like; a text may have a star
                raise ValidationError(_("Enter the whole number, without asterisks."), code="masked")
            self.validate(clear, model_instance)
            self.run_validators(clear)
            if self.max_length is not None:
                MaxLengthValidator(self.max_length)(clear)
        return value

    def save_form_data(self, instance: models.Model, data: Any) -> None:
        """Take what a form sends; the masked text coming back unchanged changes nothing."""
        if data != str(getattr(instance, self.attname)):
            setattr(instance, self.attname, data)

    def formfield(self, *args: Any, **kwargs: Any) -> Any:
        from django import forms

        # A list of choices, a textarea or a clear initial value would all be wrong here: one line, masked.
        options: dict[str, Any] = {
            "required": not self.blank,
            "label": self.verbose_name,
            "help_text": self.help_text,
            "max_length": self.max_length,
            "widget": forms.TextInput(attrs={"autocomplete": "off", "data-no-offline": ""}),
        }
        options.update(kwargs)
        options.pop("form_class", None)
        options.pop("choices_form_class", None)
        return forms.CharField(**options)


class BlindIndexAttribute(DeferredAttribute):
    """Gives the index of an unsaved value at once, so that uniqueness can be validated before saving."""

    field: BlindIndex

    def __get__(self, instance: models.Model | None, cls: Any = None) -> Any:
        if instance is not None:
            value = instance.__dict__.get(self.field.of)
            if isinstance(value, Sealed) and value.token is None:
                return self.field.index_of(value)
        return super().__get__(instance, cls)

    def __set__(self, instance: SealedModel, value: str | None) -> None:
        instance.__dict__[self.field.attname] = value


class BlindIndex(_CharField):
    """32 hex digits that equal values of the sealed column `of` share; NULL where it is empty."""

    descriptor_class = BlindIndexAttribute

    def __init__(self, *args: Any, of: str, **kwargs: Any) -> None:
        self.of = of
        kwargs.update(max_length=2 * crypto.INDEX_BYTES, null=True, blank=True, editable=False, default=None)
        if not kwargs.get("unique"):
            kwargs.setdefault("db_index", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("max_length", "null", "blank", "editable", "default"):
            kwargs.pop(fixed, None)
        kwargs["of"] = self.of
        return name, path, list(args), dict(kwargs)

    def index_of(self, value: Sealed) -> str | None:
        return blind(value.label, value.reveal()) or None

    def pre_save(self, model_instance: models.Model, add: bool) -> str | None:
        """Computed from a clear value that is at hand; a value that was never opened keeps its index."""
        value = model_instance.__dict__.get(self.of)
        if isinstance(value, Sealed) and (value._clear is not None or add):
            setattr(model_instance, self.attname, self.index_of(getattr(model_instance, self.of)))
        index: str | None = getattr(model_instance, self.attname)
        return index


class SealedModel(models.Model):
    """A row that may hold sealed columns: it has a public id, to which they are bound, before it is saved."""

    uid = UidField()

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Saving a sealed column saves its index with it, whatever was named or loaded."""
        indexes = [f for f in self._meta.concrete_fields if isinstance(f, BlindIndex)]
        if update_fields is not None:
            named = set(update_fields)
            update_fields = named | {f.name for f in indexes if f.of in named}
        for index in indexes:
            value = self.__dict__.get(index.of)
            if isinstance(value, Sealed) and value.token is None:
                setattr(self, index.attname, index.index_of(value))
        super().save(*args, update_fields=update_fields, **kwargs)


def check_sealed(labels: Collection[str] | None = None) -> list[str]:
    """Names of the sealed columns whose first or last row does not open, or is not found, with our keys.

    A wrong key must never encrypt: `serve` asks this before it answers the first request. Two rows per column
    are read; an empty database answers with an empty list. `labels` restricts it to some models.
    """
    failed: set[str] = set()
    for model in apps.get_models():
        sealed = [f for f in model._meta.concrete_fields if isinstance(f, SealedText)]
        if not sealed or (labels is not None and model._meta.label_lower not in labels):
            continue
        indexes = {f.of: f for f in model._meta.concrete_fields if isinstance(f, BlindIndex)}
        for column in sealed:
            filled = model._base_manager.exclude(**{column.name: ""}).order_by("pk")
            for row in filter(None, (filled.first(), filled.last())):
                if not _opens(row, column, indexes.get(column.name)):
                    failed.add(column.label)
    return sorted(failed)


def _opens(row: models.Model, column: SealedText, index: BlindIndex | None) -> bool:
    value: Sealed = getattr(row, column.attname)
    try:
        value.reveal()
    except CannotOpen:
        return False
    return index is None or getattr(row, index.attname) == index.index_of(value)
