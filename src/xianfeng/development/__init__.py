"""Development: the road from the application to full membership (发展党员), and the register of those who are on it.

Words: a *road* is one person's way through 25 *steps* in five *phases*; a step has a day on which it was done, a *limit*
that follows from earlier steps by the rules of that day, and a *reference*. Five steps *carry* a stage of membership; the
history of `members` is traced after them, so that the person stays one row and one file. Wrong order, early and late are
said in a sentence and never refused. Steps of the *upper* committee are recorded by the party office only.
Nothing here counts for the ledger.
"""
