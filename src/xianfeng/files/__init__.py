"""Attachments: private, checked, addressed by content.

Words: an *attachment* belongs to a row of any app (its target) and names the permission that reading it needs; its
*content* lies once in the store under its SHA-256, whoever handed it in and however often. `storing.store` is the
one way in, `access.access_file` the one way out. Nothing here has a public address, and no path comes from outside.
"""
