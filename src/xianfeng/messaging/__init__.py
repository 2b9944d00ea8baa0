"""Notices: what the system has to tell a person, shown on the inbox page and counted in the head of every page.

Words: notice, kind (which sentence it says), key (what makes it the same notice when it is sent again), link.
A notice stores its kind and values, never a sentence: the reader's language decides the words.
"""
