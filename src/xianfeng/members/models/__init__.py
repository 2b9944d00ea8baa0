"""Tables of members: the party record and its history, the registers beside it, and the sheets they come in by."""

from .hardship import HardshipCase
from .imports import Import, RememberedMapping
from .membership import Member, Membership, Memberships
from .merging import Apart, Merge
from .mobility import Absence, Contact
from .quality import Completeness
from .transfers import Transfer

__all__ = [
    "Absence",
    "Apart",
    "Completeness",
    "Contact",
    "HardshipCase",
    "Import",
    "Member",
    "Membership",
    "Memberships",
    "Merge",
    "RememberedMapping",
    "Transfer",
]
