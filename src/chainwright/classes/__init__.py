"""Classifications: codes of industries, products and places, their names and their bridges."""

from chainwright.classes.places import Place, place, place_code, place_codes

__all__ = ["Place", "place", "place_code", "place_codes"]
