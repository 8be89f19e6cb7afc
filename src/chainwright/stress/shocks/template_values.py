"""Values of shock templates: given, or from our tables, with a note of what was assumed."""

from dataclasses import dataclass, field

from chainwright.errors import ParameterError
from chainwright.params import table

__all__ = ["TemplateValues", "capacity_lost_by_section"]


@dataclass
class TemplateValues:
    """The values of one template, and where those that were not given come from.

    Parameters
    ----------
    template : str
        Such as ``"embargo"``.
    notes : list of str
        What was taken from the table so far, as `Shock.source` says it.

    Examples
    --------
    >>> values = TemplateValues("embargo")
    >>> values.take("days", None), values.take("share", 0.5)
    (56.0, 0.5)
    >>> values.source
    'embargo: days 56 (assumption: eight weeks)'
    """

    template: str
    notes: list[str] = field(default_factory=list)

    def take(self, parameter: str, given: float | None) -> float:
        """Return what is given, or the default of the table, which is then noted.

        Parameters
        ----------
        parameter : str
            Of the template.
        given : float, optional
            The value.
        """
        if given is not None:
            return given
        row = next(
            row
            for row in table("shock_templates")
            if (row["template"], row["parameter"]) == (self.template, parameter)
        )
        default = float(row["value"])
        self.note(f"{parameter} {default:g} ({row['source']})")
        return default

    def note(self, told: str) -> None:
        """Add what was assumed, or where a number comes from.

        Parameters
        ----------
        told : str
            As `Shock.source` says it.
        """
        self.notes.append(told)

    @property
    def source(self) -> str:
        """What `Shock.source` says: every default that was used, and its source."""
        if not self.notes:
            return f"{self.template}: all values given by the user"
        return f"{self.template}: " + "; ".join(self.notes)


def capacity_lost_by_section(severity: float, bound: str = "value") -> dict[str, float]:
    r"""Return the capacity that an epidemic takes from each section of ISIC Rev.4.

    .. math:: \epsilon_s = severity \, (1 - remote_s) (1 - essential_s)

    Who can neither work at home nor is essential stays away (the form of del Rio-Chanona et al.
    2020); `params/workability.csv` has the shares, their ranges and their sources.

    Parameters
    ----------
    severity : float [share]
        0 to 1: part of those who stay away.
    bound : str
        ``"value"``, or ``"low"`` or ``"high"``: the smallest and largest loss that the ranges
        of the table allow.

    Raises
    ------
    ParameterError
        If `severity` is not from 0 to 1 or `bound` is not known.

    Examples
    --------
    >>> round(capacity_lost_by_section(1.0)["I"], 3)
    0.868
    """
    if not 0.0 <= severity <= 1.0:
        raise ParameterError("severity", "an epidemic", "a number from 0 to 1", severity)
    column = {"value": "value", "low": "high", "high": "low"}.get(bound)
    if column is None:
        raise ParameterError("bound", "an epidemic", "'value', 'low' or 'high'", bound)
    shares = {(row["section"], row["measure"]): row[column] for row in table("workability")}
    sections = dict.fromkeys(section for section, _ in shares)
    return {
        s: severity * (1.0 - float(shares[s, "remote"])) * (1.0 - float(shares[s, "essential"]))
        for s in sections
    }
