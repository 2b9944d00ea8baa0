"""The catalogue tool on a small package of its own."""

from pathlib import Path

import pytest

from hatch_build import compile_catalogues
from tools import messages

PYTHON = """
from django.utils.translation import gettext as _, ngettext, pgettext
_("Saved at %(time)s")
ngettext("%(count)d branch", "%(count)d branches", 2)
pgettext("month", "May")
"""
TEMPLATE = """{% load i18n %}
{% translate "Monthly report" %}
{% blocktranslate trimmed with name=person.name %}
  Hello {{ name }},
  welcome.
{% endblocktranslate %}
{% page_head title=_("Members") %}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    app = tmp_path / "src/xianfeng/members"
    (app / "templates/members").mkdir(parents=True)
    (app / "views.py").write_text(PYTHON)
    (app / "templates/members/page.html").write_text(TEMPLATE)
    return tmp_path


def translate(root: Path, **strings: str | tuple[str, ...]) -> Path:
    """Give the texts that begin with a word their translation, and everything else a dot."""
    path = messages.catalogue_path(root, "members")
    catalogue = messages.read(path)
    for message in catalogue:
        if message.id:
            text = message.id if isinstance(message.id, str) else message.id[1]
            default = "。" + "".join(messages.PLACEHOLDER.findall(text))
            string = strings.get(text.split()[0], default)
            message.string = (
                (string,) if isinstance(message.id, tuple) and isinstance(string, str) else string
            )
    messages.write(path, catalogue, "members")
    return path


def test_texts_come_from_python_and_templates(root: Path) -> None:
    texts = messages.collect(root)["members"]
    assert set(texts) == {
        ("", "Saved at %(time)s"),
        ("", "%(count)d branch"),
        ("month", "May"),
        ("", "Monthly report"),
        ("", "Hello %(name)s, welcome."),
        ("", "Members"),
    }
    assert texts["", "%(count)d branch"].id == ("%(count)d branch", "%(count)d branches")


def test_update_keeps_translations_and_drops_what_went(root: Path) -> None:
    list(messages.update(root))
    path = translate(root, Members="党员")
    (root / "src/xianfeng/members/views.py").write_text("")
    assert "members: - May" in list(messages.update(root))
    assert messages.read(path).get("Members").string == "党员"
    assert list(messages.check(root)) == []


def test_update_twice_writes_the_same(root: Path) -> None:
    list(messages.update(root))
    path = translate(root)
    list(messages.update(root))
    first = path.read_text("utf-8")
    assert list(messages.update(root)) == []
    assert path.read_text("utf-8") == first


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        ({"Members": ""}, "not translated"),
        ({"Saved": "已保存"}, "lacks %(time)s"),
        ({"Members": "%(who)s"}, "has %(who)s"),
        ({"%(count)d": "支部"}, "lacks %(count)d"),
    ],
)
def test_check_names_the_fault(root: Path, spoil: dict[str, str], complaint: str) -> None:
    list(messages.update(root))
    translate(root, **spoil)
    faults = list(messages.check(root))
    assert len(faults) == 1
    assert complaint in faults[0]


def test_check_finds_fuzzy_missing_and_obsolete_entries(root: Path) -> None:
    assert any("not in the catalogue" in fault for fault in messages.check(root))
    list(messages.update(root))
    path = translate(root)
    path.write_text(
        path.read_text("utf-8").replace('msgid "Members"', '#, fuzzy\nmsgid "Members"')
        + '\nmsgid "Old"\nmsgstr "旧"\n\n#~ msgid "Older"\n#~ msgstr "更旧"\n',
        "utf-8",
    )
    faults = list(messages.check(root))
    assert [
        next(word for word in ("fuzzy", "no longer used", "commented out") if word in fault)
        for fault in faults
    ] == [
        "fuzzy",
        "no longer used",
        "commented out",
    ]


def test_one_text_has_one_translation_in_all_apps(root: Path) -> None:
    other = root / "src/xianfeng/people"
    other.mkdir()
    (other / "forms.py").write_text('_("Members")')
    list(messages.update(root))
    translate(root, Members="党员")
    path = messages.catalogue_path(root, "people")
    path.write_text(
        path.read_text("utf-8")
        .replace('msgstr ""\n', 'msgstr "成员"\n')
        .replace('msgstr "成员"', 'msgstr ""', 1)
    )
    faults = list(messages.check(root))
    assert len(faults) == 1
    assert "two ways" in faults[0]


def test_compiled_catalogues_are_left_alone_until_the_source_changes(root: Path) -> None:
    list(messages.update(root))
    path = translate(root)
    assert compile_catalogues(root) == [path.with_suffix(".mo")]
    assert compile_catalogues(root) == []
