"""Party dues (党费): what each member owes by month, what was paid, passed on to the superior and published.

Words: a *base* is what a member's dues are reckoned by from a month on (sealed: it is pay); a *collection* is a branch's
sheet of one month with one *line* for each member who owes; a *reduction* is a decision that somebody pays less; a
*settlement* is a quarter to be passed on, closed by *remittances*; a *publication* is a branch's accounts of a year.
Moves: approve later payment, end it, take a payment back; withdraw a decision; cancel a remittance; publish, take back.
Facts count months and quarters, never amounts: whoever reads facts must not read pay. Nobody is ranked.
"""
