"""Members: who belongs to which branch, as what, since when; the rosters they come in by.

Words: member, membership (a spell at one branch in one stage), stage, joined_on (入党), confirmed_on (转正), exemption.
Who belonged where on any past day is one query over memberships.
"""
