"""Meaning as numbers: vectors of texts, how near they lie, and how what they find is put in one order with words.

Knows no index and no archive. Each index keeps vectors in its own way and uses what is here.
"""
