"""What we allow: plain functions `verb(session, thing, ..., by=account)`. No Flask, no commit."""
