"""What was done, by whom, to what: events in a chain that shows tampering; moves, the one way a status changes;
and once-only forms. Knows nothing of the domain; everything may use it.
"""
