"""The system of one firm alone: what its own account and code need."""

from dataclasses import replace

import numpy as np

from chainwright.errors import UnknownCodeError
from chainwright.system import Firms, System

__all__ = ["alone"]


def alone(system: System, firm: str) -> System:
    """Return the system of one firm: its row, its sites and its readings.

    Parameters
    ----------
    system : System
        A system with firms and readings.
    firm : str
        Code of the firm.

    Raises
    ------
    UnknownCodeError
        If there is no such firm, or it has no reading.

    Examples
    --------
    >>> city = System.demo("city", firms=5, months=2)
    >>> code = city.firms.axis.codes[3]
    >>> len(alone(city, code).readings)
    78
    """
    codes = system.firms.axis.codes
    if firm not in codes:
        raise UnknownCodeError(firm, "firm", codes)
    table, sites = system.firms.table, system.firms.sites
    mine = table.iloc[[codes.index(firm)]].reset_index(drop=True)
    here = sites.loc[sites["firm"] == firm].reset_index(drop=True) if len(sites) else sites
    held = system.readings.of_firm(firm)
    own = replace(held, firms=(firm,), firm=np.zeros(len(held), dtype=np.int32))
    return System(firms=Firms(mine, here, system.firms.origin), readings=own)
