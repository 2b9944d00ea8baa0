"""Verbs of e-files."""

from .corrections import accept, ask, refuse, withdraw
from .particulars import change, keep_all, photo_of, put_photo, read, remove_photo
from .registers import confirm, correct, enter, enter_all, put_paper, put_papers, take_back, take_out

__all__ = [
    "accept", "ask", "change", "confirm", "correct", "enter", "enter_all", "keep_all", "photo_of", "put_paper", "put_papers",
    "put_photo", "read", "refuse", "remove_photo", "take_back", "take_out", "withdraw",
]  # fmt: skip
