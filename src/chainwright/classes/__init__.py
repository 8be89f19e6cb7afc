"""Classifications: codes of industries, products and places, their names and their bridges."""
