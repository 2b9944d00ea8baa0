"""Two invented years of one bureau, told by calling the actions that users call.

`world` holds the tables of names; `story` tells last year (closed) and this year up to today. Nobody in it is real; ID numbers
use the non-existent region 379900. Because it goes through permissions, moves, ledger and audit, it cannot rot unnoticed.
"""
