"""The texts to translate: `python -m tools.messages update [APP …] | check | compile`.

Every app keeps its own catalogue, `src/xianfeng/<app>/locale/zh_Hans/LC_MESSAGES/django.po`; modules that
stand beside the apps share the one of `core`. `update` collects the texts from Python and templates and keeps
the translations there are; `check` says what is missing or doubtful; `compile` writes the `.mo` files that
Django reads. No gettext tools are needed.
"""

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from hatch_build import compile_catalogues

ROOT = Path(__file__).resolve().parent.parent
LOCALE = "zh_Hans"
HEADER = """\
# Chinese texts of `{app}`.
msgid ""
msgstr ""
"Language: zh_Hans\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""

# What each function takes: the position of the text, of its plural, and ("c") of its context.
_PLAIN, _PLURAL, _CONTEXT, _BOTH = None, (1, 2), ((1, "c"), 2), ((1, "c"), 2, 3)
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": _PLAIN,
    "gettext": _PLAIN,
    "gettext_lazy": _PLAIN,
    "gettext_noop": _PLAIN,
    "ngettext": _PLURAL,
    "ngettext_lazy": _PLURAL,
    "pgettext": _CONTEXT,
    "pgettext_lazy": _CONTEXT,
    "npgettext": _BOTH,
    "npgettext_lazy": _BOTH,
}
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[#0\- +]*\d*(?:\.\d+)?[diouxXeEfFgGcrsa]|\{\w*\}|%%")

Id = str | tuple[str, ...]  # a text, or its singular and plural


@dataclass
class Text:
    """One text to translate, and the files it stands in."""

    id: Id
    context: str | None
    places: set[str] = field(default_factory=set)


def main() -> int:
    """Run one of the three commands; the status is 1 when `check` finds something."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=["update", "check", "compile"])
    parser.add_argument("apps", nargs="*", help="update these alone")
    arguments = parser.parse_args()
    match arguments.command:
        case "update":
            for line in update(ROOT, arguments.apps):
                print(line)
            compile_catalogues(ROOT)
        case "compile":
            for path in compile_catalogues(ROOT):
                print(path.relative_to(ROOT))
        case "check":
            faults = list(check(ROOT))
            for fault in faults:
                print(fault)
            return int(bool(faults))
    return 0


def update(root: Path, only: Collection[str] = ()) -> Iterator[str]:
    """Bring the catalogues up to date with the sources; yields a line for each text added or dropped."""
    for app, texts in collect(root).items():
        if only and app not in only:
            continue
        path = catalogue_path(root, app)
        old, new = read(path), Catalog(locale=LOCALE)
        known = {_key(message) for message in old if message.id}
        for key, text in sorted(texts.items(), key=lambda pair: (sorted(pair[1].places), str(pair[0]))):
            found = old.get(text.id, text.context)
            new.add(
                text.id,
                found.string if found else None,
                locations=[(place, 0) for place in sorted(text.places)],
                flags=found.flags if found else (),
                user_comments=found.user_comments if found else (),
                context=text.context,
            )
            if key not in known:
                yield f"{app}: + {_show(text.id)}"
        for key in sorted(known - texts.keys()):
            yield f"{app}: - {key[1]}"
        write(path, new, app)


def check(root: Path) -> Iterator[str]:
    """Say, one line each, what keeps the translation from being complete and consistent."""
    meanings: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for app, texts in collect(root).items():
        catalogue = read(catalogue_path(root, app))
        messages = {_key(message): message for message in catalogue if message.id}
        for key, text in texts.items():
            where = f"{app}: {_show(text.id)!r} ({sorted(text.places)[0]})"
            message = messages.get(key)
            if message is None:
                yield f"{where}: not in the catalogue; run `make messages`"
                continue
            strings = _strings(message)
            if not all(strings):
                yield f"{where}: not translated"
                continue
            if message.fuzzy:
                yield f"{where}: marked as doubtful (fuzzy)"
            if fault := _placeholder_fault(text.id, strings):
                yield f"{where}: {fault}"
            meanings[key]["\0".join(strings)] = app
        for key in messages.keys() - texts.keys():
            yield f"{app}: {key[1]!r}: no longer used; run `make messages`"
        for message in catalogue.obsolete.values():
            yield f"{app}: {_key(message)[1]!r}: commented out; run `make messages`"
    for (_context, text_id), strings_by_app in meanings.items():
        if len(strings_by_app) > 1:
            variants = ", ".join(f"{strings!r} in {app}" for strings, app in strings_by_app.items())
            yield f"{text_id!r} is translated two ways: {variants}"


def collect(root: Path) -> dict[str, dict[tuple[str, str], Text]]:
    """The texts of each app that has any, keyed by (context, id)."""
    package = root / "src/xianfeng"
    apps: dict[str, dict[tuple[str, str], Text]] = defaultdict(dict)
    for path in sorted([*package.rglob("*.py"), *package.rglob("templates/**/*.*")]):
        inside = path.relative_to(package)
        if "migrations" in inside.parts:
            continue
        app = inside.parts[0] if len(inside.parts) > 1 else "core"
        for text_id, context in texts_in(path):
            key = (context or "", text_id if isinstance(text_id, str) else text_id[0])
            text = apps[app].setdefault(key, Text(text_id, context))
            if isinstance(text_id, tuple):
                text.id = text_id
            text.places.add(path.relative_to(root).as_posix())
    # A catalogue whose last text went must still be looked at.
    for path in package.glob(f"*/locale/{LOCALE}/LC_MESSAGES/django.po"):
        apps.setdefault(path.relative_to(package).parts[0], {})
    return dict(sorted(apps.items()))


def texts_in(path: Path) -> Iterator[tuple[Id, str | None]]:
    """(id, context) of each text in a Python file or a template; a plural is the pair of both ids."""
    source = path.read_text("utf-8")
    if path.suffix != ".py":
        # Django writes a template down as calls of gettext with everything else blanked.
        # The indentation of the template must not be read as that of a program.
        source = "\n".join(line.lstrip() for line in templatize(source, origin=str(path)).splitlines())
    options = {"encoding": "utf-8"}
    for _line, text_id, _comments, context in extract(
        "python", BytesIO(source.encode()), KEYWORDS, (), options
    ):
        yield text_id, context


def catalogue_path(root: Path, app: str) -> Path:
    return root / "src/xianfeng" / app / "locale" / LOCALE / "LC_MESSAGES/django.po"


def read(path: Path) -> Catalog:
    """The catalogue in a file, or an empty one."""
    if not path.is_file():
        return Catalog(locale=LOCALE)
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE)


def write(path: Path, catalogue: Catalog, app: str) -> None:
    """Write a catalogue without dates and line numbers, so that a diff shows texts alone."""
    body = BytesIO()
    write_po(body, catalogue, width=110, omit_header=True, include_lineno=False, sort_output=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER.format(app=app) + body.getvalue().decode("utf-8"), "utf-8")


def _placeholder_fault(text_id: Id, strings: Iterable[str]) -> str | None:
    """What is wrong with the placeholders of a translation; a plural may use those of either form."""
    forms = (text_id,) if isinstance(text_id, str) else text_id
    allowed = [set(PLACEHOLDER.findall(form)) - {"%%"} for form in forms]
    for string in strings:
        used = set(PLACEHOLDER.findall(string)) - {"%%"}
        if unknown := used - set.union(*allowed):
            return f"the translation has {', '.join(sorted(unknown))}, the text has not"
        if missing := allowed[-1] - used:
            return f"the translation lacks {', '.join(sorted(missing))}"
    return None


def _strings(message: Message) -> tuple[str, ...]:
    """The translation, one string per plural form."""
    string = message.string
    return (string or "",) if isinstance(string, str | None) else tuple(string)


def _key(message: Message) -> tuple[str, str]:
    return (message.context or "", message.id if isinstance(message.id, str) else message.id[0])


def _show(text_id: Id) -> str:
    return text_id if isinstance(text_id, str) else text_id[0]


if __name__ == "__main__":
    sys.exit(main())
