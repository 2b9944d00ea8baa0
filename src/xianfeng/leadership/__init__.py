"""班子: who leads an organization: terms of office, the posts of a committee, elections, and what follows from them.

Words: term (届), post (职务), election, by-election (补选), postponement (延期换届). A post says who was elected to what;
an appointment (`people`) says who may do what here. Recording an election changes posts; the role of secretary follows
only when whoever records it says so. No facts, no moves: every verb is an action with a day and an audit event.
"""
