"""People: one row per human, whether or not they sign in; roles, and appointments that give a role at a place.

Words: person, account, number, role, appointment. The person is the user of Django's sign-in.
"""
