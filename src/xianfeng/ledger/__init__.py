"""Facts: something done out of something due, by someone at a place on a day, with the record it came from.

Words: measure, fact, entry, source, reading. Entries are append-only; a correction appends the signed difference.
Every app states facts about its finished work; progress anywhere is the sum of done over the sum of due.
"""
