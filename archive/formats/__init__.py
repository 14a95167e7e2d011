"""What we hand over and take in."""
