"""先锋: the electronic assessment of party members and branches, kept by numbers."""

__version__ = "0.1.0"
