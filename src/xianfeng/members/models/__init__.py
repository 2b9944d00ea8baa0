"""Tables of members: the party record and its history, the registers beside it, and the sheets they come in by."""

from .hardship import HardshipCase
from .imports import Import, RememberedMapping
from .membership import Member, Membership, Memberships
from .mobility import Absence, Contact
from .transfers import Transfer

__all__ = [
    "Absence",
    "Contact",
    "HardshipCase",
    "Import",
    "Member",
    "Membership",
    "Memberships",
    "RememberedMapping",
    "Transfer",
]
