"""A year of life, told by calling the actions that users call."""
