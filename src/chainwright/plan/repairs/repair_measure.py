"""One measure: what it changes in a system, what it costs, and with what it goes together."""

from dataclasses import dataclass, replace
from math import isnan, nan

from chainwright.errors import Breach, ParameterError, TableError, near
from chainwright.plan.repairs.measure_kinds import KINDS
from chainwright.plan.repairs.supplement import supplemented
from chainwright.system import Safeguard, System

__all__ = ["RepairMeasure"]


@dataclass(frozen=True)
class RepairMeasure:
    """One thing that could be done, taken whole or not at all.

    A measure is a pure change of a system: `apply` returns another one. Supplements change the
    part `flows`; all other kinds hold a `Safeguard` ready, which engines take into account.

    Parameters
    ----------
    name : str
        Its identity.
    kind : str
        One of `chainwright.plan.repairs.measure_kinds.KINDS`.
    users : tuple of str
        Whom it serves: regions or nodes.
    size : float
        Weeks of use of a reserve; else a share: of what is cut off (`second_source`), of output
        at rest (`backup_capacity`, `strengthen`), of deliveries (`supplement`), of a blow
        (`stabilise`). A larger second source can avoid less than a smaller one: what it moves is
        ordered where users buy already, and where there is no room others wait.
    product : str
        What it is about: a sector of the table.
    origins : tuple of str
        Regions or nodes that deliver it; empty for all.
    maker : str
        Node that takes deliveries over, of a supplement.
    after_days : float [day]
        From the first blow until it can be used.
    hold_back : float [share]
        Part of a reserve that is never released.
    lead_years, life_years : float [year]
        Until it is in effect; over which what is spent once is spread (NaN where nothing is).
    once_low, once_high : float [money]
        What it costs once; NaN if its costs are not known.
    yearly_low, yearly_high : float [money/year]
        What it costs a year, from when it is in effect.
    one_of : str
        A word that measures share of which one is taken at most.
    needs, excludes : tuple of str
        Measures without which, and with which, it is not taken.
    region : str
        Where the money is spent; empty if not known.
    home_supplier : bool
        Whether it adds capacity of a supplier at home.
    carbon_t_per_year : float [tCO2e/year]
        Emissions that it adds; NaN if not known.
    mark : str
        ``"quoted"`` where somebody named the cost, else ``"assumption"``.
    source : str
        Who named the cost, or what the assumption is.
    reason_en, reason_zh : str
        Why it is proposed.

    Raises
    ------
    TableError
        If it is not in order in itself.

    Examples
    --------
    >>> china = System.demo("country")
    >>> power = RepairMeasure("power", "stabilise", ("11",), 0.5)
    >>> power.apply(china).safeguards
    <Safeguards: 1 held ready (power)>
    >>> power.at(0.0).apply(china) is china
    True
    """

    name: str
    kind: str
    users: tuple[str, ...]
    size: float
    product: str = ""
    origins: tuple[str, ...] = ()
    maker: str = ""
    after_days: float = 0.0
    hold_back: float = 0.0
    lead_years: float = 0.0
    life_years: float = nan
    once_low: float = nan
    once_high: float = nan
    yearly_low: float = nan
    yearly_high: float = nan
    one_of: str = ""
    needs: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    region: str = ""
    home_supplier: bool = False
    carbon_t_per_year: float = nan
    mark: str = "assumption"
    source: str = ""
    reason_en: str = ""
    reason_zh: str = ""

    def __post_init__(self) -> None:
        for column in ("users", "origins", "needs", "excludes"):
            given = getattr(self, column)
            words = (given,) if isinstance(given, str) else tuple(str(word) for word in given)
            object.__setattr__(self, column, tuple(word for word in words if word))
        if self.kind not in KINDS:
            remedy = f"Correct it.{near(self.kind, KINDS)}"
            wrong = Breach("kind", repr(self.kind), f"one of {', '.join(KINDS)}", remedy)
            raise TableError(f"The measure {self.name!r}", [wrong])
        if self.kind != "supplement":
            self.safeguard  # noqa: B018 - it checks itself
        elif not (self.product and self.users and self.maker and 0.0 <= self.size <= 1.0):
            found = f"product {self.product!r}, users {self.users}, maker {self.maker!r}, size "
            wrong = Breach(
                "its fields",
                f"{found}{self.size!r}",
                "a product, its users, a maker and a size from 0 to 1",
                "Fill them in.",
            )
            raise TableError(f"The measure {self.name!r}", [wrong])

    @property
    def safeguard(self) -> Safeguard:
        """What it holds ready; a `ParameterError` for a supplement, which holds nothing."""
        if self.kind == "supplement":
            expected = "of another kind: a supplement changes flows and holds nothing ready"
            raise ParameterError("kind", f"the measure {self.name!r}", expected, self.kind)
        return Safeguard(
            self.name,
            self.kind,
            self.users,
            self.size,
            product=self.product,
            # a second source is for whatever is cut off: its origins say what its cost is of
            origins=() if self.kind == "second_source" else self.origins,
            after_days=self.after_days,
            hold_back=self.hold_back,
        )

    @property
    def size_unit(self) -> str:
        """Unit of its size: ``"week"`` or ``"share"``."""
        return "week" if self.kind == "reserve" else "share"

    @property
    def makes(self) -> str:
        """Product of which it adds capacity: a maker's, or that of the nodes it serves; or empty.

        Examples
        --------
        >>> RepairMeasure("more", "strengthen", ("CHN:c14",), 0.1).makes
        'c14'
        """
        if self.kind == "supplement":
            return self.product
        if self.kind not in {"backup_capacity", "strengthen"}:
            return ""
        made = {user.rpartition(":")[2] if ":" in user else "" for user in self.users}
        return made.pop() if len(made) == 1 else ""

    @property
    def priced(self) -> bool:
        """Whether it is known what it costs."""
        return not (isnan(self.once_low) and isnan(self.yearly_low))

    @property
    def assumed(self) -> bool:
        """Whether its cost is assumed, not quoted."""
        return self.mark != "quoted"

    def at(self, size: float) -> "RepairMeasure":
        """Return the same measure of another size; what it costs is left as it is.

        Parameters
        ----------
        size : float
            Weeks or a share, as the kind says.
        """
        return replace(self, size=size)

    def apply(self, system: System) -> System:
        """Return the system with the measure in effect; the same system if its size is 0.

        Parameters
        ----------
        system : System
            With flows for a supplement; whatever its users are of for all others.

        Raises
        ------
        MissingPartError, UnknownCodeError, ParameterError
            If a supplement does not fit the table.
        TableError
            If the system holds something ready under its name.
        """
        if self.size == 0.0:
            return system
        if self.kind != "supplement":
            return system.with_safeguards(self.safeguard)
        flows = supplemented(
            system.flows,
            product=self.product,
            users=self.users,
            maker=self.maker,
            share=self.size,
            origins=self.origins,
        )
        return system.with_parts(flows=flows)
