"""How fast scoring is, from a bureau's round to a hundred million rows.

    python -m benchmarks scoring                     a bureau's year, and 413 and 20,000 members from files: half a minute
    python -m benchmarks.scoring 1m 100m             sizes by name (below), each by all contenders
    python -m benchmarks.scoring slope               1 to 100 million rows of a million members, ours alone
    options: --keep FOLDER (facts are made once and kept there), --runs N, --contenders ours,duckdb,polars,bincount

`facts` makes the files, seeded; `contenders` score them; `pages` is what a page and a round cost. `docs/scale.md` has the
figures of one machine.
"""

from .facts import YEAR_END

__all__ = ["YEAR_END", "main"]


def main() -> bool:
    """The short run; whether its goals are met and all contenders agree."""
    from . import files, pages

    return pages.main() & files.main(["413", "20k", "--runs", "1"])
