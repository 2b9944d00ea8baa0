"""Tables of e-files: particulars, registers, papers, corrections."""

from .corrections import Correction
from .papers import Paper
from .particulars import Particulars
from .registers import Award, Sanction, Training, WorkPost

__all__ = ["Award", "Correction", "Paper", "Particulars", "Sanction", "Training", "WorkPost"]
