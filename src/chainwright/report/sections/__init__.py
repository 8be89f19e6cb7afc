"""The sections of a brief, each from the answer that it shows."""
