"""Speech to words, offline."""
