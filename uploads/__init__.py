"""Bytes in, timed words out. Knows nothing of Flask, of SQLAlchemy, nor of the archive."""
