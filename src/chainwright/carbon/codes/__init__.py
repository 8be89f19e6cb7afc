"""Signed codes: claims about a firm's carbon efficiency that are checked without a network."""
