"""Global warming potentials of the fourth to the sixth assessment report."""

from chainwright.carbon.factors.factor_records import Factor, series_records
from chainwright.errors import UnknownCodeError

__all__ = ["REPORTS", "gwp", "potential_of"]

REPORTS = ("AR4", "AR5", "AR6")
"""Assessment reports whose potentials are known."""

AS_COUNTED = {("AR4", "ch4_fossil"): "ch4", ("AR4", "ch4_biogenic"): "ch4"}
"""What a report does not tell apart."""

IN_LINES = {("AR6", "ch4"): "ch4_fossil", ("AR5", "ch4_biogenic"): "ch4"}
"""Which potential a line takes: the item ``ch4`` is fossil methane. With AR5 it is 28, as
inventories and CBAM count it, not the 30 that AR5 gives in a note."""


def gwp(report: str, gas: str) -> Factor:
    """Return the potential of a gas over 100 years, as the report gives it.

    Parameters
    ----------
    report : str
        ``"AR4"``, ``"AR5"`` or ``"AR6"``.
    gas : str
        co2, ch4, ch4_fossil, ch4_biogenic, n2o, sf6, nf3, cf4, c2f6, hfc_23, ...; AR4 does not
        tell fossil from biogenic methane.

    Raises
    ------
    UnknownCodeError
        If the report or the gas is not known.

    Examples
    --------
    >>> gwp("AR6", "n2o").value, gwp("AR6", "ch4_fossil").value, gwp("AR6", "ch4").value
    (273.0, 29.8, 27.9)
    """
    if report not in REPORTS:
        raise UnknownCodeError(report, "assessment report", REPORTS)
    known = {f.item: f for f in series_records()[f"gwp-{report.lower()}"]}
    found = known.get(AS_COUNTED.get((report, gas), gas))
    if found is None:
        raise UnknownCodeError(gas, f"gas of {report}", known)
    return found


def potential_of(report: str, item: str) -> Factor:
    """Return the potential that a line of an account takes for an item.

    Parameters
    ----------
    report : str
        ``"AR4"``, ``"AR5"`` or ``"AR6"``.
    item : str
        Item of the kind ``process_gases``; ``ch4`` is fossil methane.

    Examples
    --------
    >>> potential_of("AR6", "ch4").value, potential_of("AR5", "ch4").value
    (29.8, 28.0)
    """
    return gwp(report, IN_LINES.get((report, item), item))
