"""Footprints of products through the chains that make them."""
