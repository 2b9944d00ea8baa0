"""Pages: signing in, one's own account, slips, accounts, roles."""
