"""The secrets of an installation: made once, never made anew over data, never readable by others."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from xianfeng.core import keys
from xianfeng.core.keys import KeysMissing, WeakSettings


def rewrite(path: Path, text: str, mode: int = 0o400) -> None:
    path.unlink()
    path.write_text(text)
    path.chmod(mode)


def test_first_start_makes_keys_that_only_the_owner_reads(tmp_path: Path) -> None:
    made = keys.load(tmp_path / "home")
    folder = tmp_path / "home" / "keys"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.name for path in folder.iterdir()} == {"django.key", "data-1.key", "index.key", "audit.key"}
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o400}
    assert len({made.django, made.data[1], made.index, made.audit}) == 4
    assert keys.read(tmp_path / "home") == made


def test_two_installations_share_nothing(tmp_path: Path) -> None:
    first, second = (
        keys.fingerprints(keys.create(tmp_path / "a")),
        keys.fingerprints(keys.create(tmp_path / "b")),
    )
    assert set(first) == {"audit", "data-1", "django", "index"}
    assert not set(first.values()) & set(second.values())


def test_processes_that_start_together_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: keys.create(tmp_path), range(8)))
    assert all(one == made[0] for one in made)
    assert [path.name for path in tmp_path.iterdir()] == ["keys"]


def test_data_without_keys_is_refused(tmp_path: Path) -> None:
    (tmp_path / "xianfeng.db").touch()
    with pytest.raises(KeysMissing, match=str(tmp_path)):
        keys.load(tmp_path)
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize("name", ["django", "data-1", "index", "audit"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    keys.create(tmp_path)
    (tmp_path / "keys" / f"{name}.key").unlink()
    with pytest.raises(KeysMissing, match=f"{name}.key"):
        keys.load(tmp_path)


@pytest.mark.parametrize("name", ["django", "data-1", "index", "audit"])
@pytest.mark.parametrize("text", ["", "ab" * 16, "not hexadecimal at all"])
def test_a_short_key_is_refused(tmp_path: Path, name: str, text: str) -> None:
    keys.create(tmp_path)
    rewrite(tmp_path / "keys" / f"{name}.key", text)
    with pytest.raises(WeakSettings, match=f"{name}.key"):
        keys.load(tmp_path)


@pytest.mark.parametrize(
    ("name", "mode"), [("keys", 0o755), ("keys/index.key", 0o404), ("keys/data-1.key", 0o440)]
)
def test_keys_open_to_others_are_refused(tmp_path: Path, name: str, mode: int) -> None:
    keys.create(tmp_path)
    (tmp_path / name).chmod(mode)
    with pytest.raises(WeakSettings, match="chmod"):
        keys.load(tmp_path)


def test_a_second_data_key_seals_and_the_first_still_opens(tmp_path: Path) -> None:
    first = keys.create(tmp_path)
    path = tmp_path / "keys" / "data-2.key"
    path.write_text("cd" * 32)
    path.chmod(0o400)
    both = keys.read(tmp_path)
    assert both.newest == 2
    assert both.data[1] == first.data[1]


def test_keys_never_show_themselves(tmp_path: Path) -> None:
    made = keys.create(tmp_path)
    assert repr(made) == "Keys()"
