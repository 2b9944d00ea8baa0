"""Tables of members: the party record and its history, and the sheets they come in by."""

from .imports import Import, RememberedMapping
from .membership import Member, Membership, Memberships

__all__ = ["Import", "Member", "Membership", "Memberships", "RememberedMapping"]
