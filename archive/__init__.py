"""The archive: what is kept, what is allowed, and the doors through which people come."""

__version__ = "0.1.0"
