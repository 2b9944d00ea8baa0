"""Activities: what a branch held, who was due and who came; what it owes.

Words: an *activity* is something held on a day at a branch (三会一课, 主题党日, 组织生活会, 谈心谈话, 志愿服务 …); its
*attendance* has one line per member who was due or took part; a *requirement* is what a branch owes of one kind in
one period. Moves: record, discard, cancel; a recorded activity is corrected in place, and the ledger reconciles.
Facts: each kind states that it was held, attendance per person, hours of volunteering, and whom talks have reached.
Of a talk only who and when is kept, never what was said.
"""
