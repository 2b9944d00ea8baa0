"""Assessment: from facts to points, and what people see of them.

A *scheme* (考核方案) says which measures count and by which rule; facts are summed into *readings*; the rules
turn readings into *cells*, cells into items, categories, a total, a grade and a place. A *round* is one such
calculation for a period, frozen when it is published. A branch's *monthly report* supplies the facts no other
register holds.

The rules (`scheme`, `scoring`, `explain`, `batch`) are plain Python and numpy: they import neither Django nor
a database, so one implementation serves a page, the year-end close and a file scored on the command line.
`docs/scoring.md` states them in prose with worked tables.
"""
