"""Documents in, ranked passages out. Knows nothing of Flask, of SQLAlchemy, nor of the archive."""
