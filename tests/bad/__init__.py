"""A corpus of bad files: each is written by a small function when a test asks for it."""
