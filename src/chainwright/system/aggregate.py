"""Flows with regions or sectors joined, and flows between some regions."""
from collections.abc import Iterable, Mapping
from chainwright.system.flows import Flows
def aggregated(flows: Flows, map: Mapping[str, str]) -> Flows:
    """Return joined flows."""
    raise NotImplementedError
def between(flows: Flows, regions: Iterable[str]) -> Flows:
    """Return the flows of these regions alone."""
    raise NotImplementedError
