"""Classifications: codes of industries, products and places, their names and their bridges."""

from chainwright.classes.bridges import bridge, bridged, translated
from chainwright.classes.code_lists import Classification, classification, lists
from chainwright.classes.lookup import search
from chainwright.classes.places import Place, place, place_code, place_codes
from chainwright.classes.revisions import Revisions, hs_revisions

__all__ = [
    "Classification",
    "Place",
    "Revisions",
    "bridge",
    "bridged",
    "classification",
    "hs_revisions",
    "lists",
    "place",
    "place_code",
    "place_codes",
    "search",
    "translated",
]
