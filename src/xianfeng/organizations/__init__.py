"""Places: the tree of party organizations, and the one mechanism that decides what anyone may see.

Words: organization (committee, general branch, branch, joint branch, party group), path, scope, term of office.
Every row of every app belongs to one organization; an organization's scope is its subtree.
"""
