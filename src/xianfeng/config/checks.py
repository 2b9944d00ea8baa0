"""`xianfeng check`: whether the records agree with each other."""

from __future__ import annotations


def findings() -> list[str]:
    """One line per fault of the tree, the roll, the ledger, the files, the audit chain and the sealed columns."""
    from xianfeng.audit.events import verify
    from xianfeng.core.fields import check_sealed
    from xianfeng.files.checks import check_files
    from xianfeng.ledger.facts import check_ledger
    from xianfeng.members.roll import check_spells
    from xianfeng.organizations.models import check_chapters, check_tree

    return [
        *(f"tree: {line}" for line in check_tree()),
        *(f"history: {line}" for line in check_chapters()),
        *(f"roll: {line}" for line in check_spells()),
        *(f"ledger: {line}" for line in check_ledger()),
        *(f"files: {line}" for line in check_files()),
        *(f"audit: {line}" for line in verify()),
        *(f"keys: {label} does not open with these keys" for label in check_sealed()),
    ]
