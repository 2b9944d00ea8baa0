"""The e-file of a member (党员电子档案): what is known of a person beyond the lists, with the papers that prove it.

Words: *particulars* are the further personal and party data of one person; *posts at work*, *awards*, *sanctions* and
*training* are registers of it; *papers* lie in the file, some kept already by the development of members and only shown
here; a *correction* is what a member asks to have changed and the branch decides. Life in the party is drawn from facts and
never stored a second time. The sensitive part (health, marital state, family, sanctions) opens for a stated reason, and
every opening is audited.
"""
