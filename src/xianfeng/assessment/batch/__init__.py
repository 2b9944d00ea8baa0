"""`xianfeng score`: facts in files to scores in files, without a database and without any set-up.

    words     what the command says, in both languages
    command   its options, its summary, its exit codes
    sources   the files of facts: which there are, their columns, and what makes a row unusable
    adding    whole numbers added into a dense table, subjects by slots
    duck      one machine: DuckDB reads and codes, numpy adds
    spark     many machines: Spark reads and groups, each worker applies the rules
    tables    scores as Arrow tables, and places
    writing   output that appears whole or not at all

An engine only brings sums per subject and slot. What they are worth is said by `scoring.assess`, once, for a page as for
a cluster.
"""

from .command import main

__all__ = ["main"]
