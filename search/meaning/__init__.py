"""Search by what is meant: a model that makes vectors of texts, and how vectors and words find together."""
