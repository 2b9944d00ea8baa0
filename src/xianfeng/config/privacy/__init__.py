"""The rights of those about whom something is kept: to know, to take along, to have it restricted or erased (PIPL 44-47)."""
