"""The part `flows`: who delivers what to whom in a year, in an input-output table."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from chainwright.errors import LabelError, MissingPartError, MoneyError, ParameterError
from chainwright.sources.reading import Array, Origin
from chainwright.system.axis import Axis, Remade, read_only
from chainwright.system.nodes import Nodes
from chainwright.units import Money

__all__ = ["ROUNDING", "Flows", "Imports", "Stressors"]

ROUNDING = 1e-6
"""Share of a region's output within which a negative output is the file's rounding."""


@dataclass(frozen=True, eq=False)
class Imports(Remade):
    """Deliveries from abroad in a table of one nation, beside its own deliveries.

    Parameters
    ----------
    rows : Nodes, r
        Origin and product of each row; the origin is "" where the table says only "abroad".
    matrix : ndarray, shape (r, n) [money]
        To producers.
    final : ndarray, shape (r, m) [money]
        To final users.
    method : str
        ``"published"`` if the table has them, ``"proportional"`` if they were split off.
    """

    rows: Nodes
    matrix: Array
    final: Array
    method: str = "published"

    def __post_init__(self) -> None:
        object.__setattr__(self, "matrix", read_only(self.matrix))
        object.__setattr__(self, "final", read_only(self.final))

    @property
    def names_origins(self) -> bool:
        """Whether the table says from which country each delivery comes."""
        return all(self.rows.regions.codes)


@dataclass(frozen=True, eq=False)
class Stressors(Remade):
    """What production and final use put on the world: CO2, water, jobs.

    Parameters
    ----------
    axis : Axis, e
        The stressors.
    units : tuple of str, e
        Unit of each.
    matrix : ndarray, shape (e, n)
        Of producers.
    final : ndarray, shape (e, m)
        Of final users, such as the exhaust of private cars.
    """

    axis: Axis
    units: tuple[str, ...]
    matrix: Array
    final: Array

    def __post_init__(self) -> None:
        object.__setattr__(self, "matrix", read_only(self.matrix))
        object.__setattr__(self, "final", read_only(self.final))


@dataclass(frozen=True, eq=False, repr=False)
class Flows(Remade):
    """An input-output table: ``n`` nodes (a region's sectors) and ``m`` final users.

    Arrays are read-only; a change makes a new object. All are float64 or all float32.

    Parameters
    ----------
    nodes : Nodes, n
        The producers, in the file's order.
    users : Nodes, m
        The final users: a region and a category of final demand.
    roles : tuple of str
        Role of each final category: household, npish, government, consumption, investment,
        inventories, exports, imports, error or other.
    matrix : ndarray, shape (n, n) [money]
        Intermediate deliveries ``Z``; rows sell, columns buy.
    final : ndarray, shape (n, m) [money]
        Final deliveries ``Y``. Imports of a competitive table are a column of negative numbers.
    value_added_kinds : Axis, k
        Kinds of value added; none if the file has no such rows.
    value_added : ndarray, shape (k, n) [money]
        Value added by kind.
    money : Money
        What the amounts are counted in.
    origin : Origin
        Where the numbers come from, and what was done to them.
    imports : Imports, optional
        Deliveries from abroad, for a table of one nation.
    stressors : Stressors, optional
        Such as CO2 by sector.
    stated_output : ndarray, shape (n,), optional [money]
        Output as the file states it; `output` is what the deliveries add up to.
    composite : frozenset of str
        Regions that stand for many countries, such as RoW.
    price_basis : str
        basic, producer, purchaser or empty.
    """

    nodes: Nodes
    users: Nodes
    roles: tuple[str, ...]
    matrix: Array
    final: Array
    value_added_kinds: Axis
    value_added: Array
    money: Money
    origin: Origin
    imports: Imports | None = None
    stressors: Stressors | None = None
    stated_output: Array | None = None
    composite: frozenset[str] = frozenset()
    price_basis: str = ""

    def __post_init__(self) -> None:
        n, m, k = len(self.nodes), len(self.users), len(self.value_added_kinds)
        shapes: dict[str, tuple[Array, tuple[int, ...]]] = {
            "matrix": (self.matrix, (n, n)),
            "final": (self.final, (n, m)),
            "value_added": (self.value_added, (k, n)),
        }
        if self.stated_output is not None:
            shapes["stated_output"] = (self.stated_output, (n,))
        if self.imports is not None:
            r = len(self.imports.rows)
            shapes["imports.matrix"] = (self.imports.matrix, (r, n))
            shapes["imports.final"] = (self.imports.final, (r, m))
        if self.stressors is not None:
            e = len(self.stressors.axis)
            shapes["stressors.matrix"] = (self.stressors.matrix, (e, n))
            shapes["stressors.final"] = (self.stressors.final, (e, m))
        wrong = [
            f"{name} is {array.shape} and must be {shape}"
            for name, (array, shape) in shapes.items()
            if array.shape != shape
        ]
        if wrong:
            msg = f"Flows of {n} nodes and {m} final users do not fit: {'; '.join(wrong)}."
            raise LabelError(msg)
        if len(self.roles) != len(self.users.sectors):
            msg = f"{len(self.users.sectors)} final categories need as many roles."
            raise LabelError(msg)
        for field in ("matrix", "final", "value_added", "stated_output"):
            if (array := getattr(self, field)) is not None:
                object.__setattr__(self, field, read_only(array))

    def __repr__(self) -> str:
        nodes = self.nodes
        return (
            f"<Flows: {len(nodes.regions)} region(s) x {len(nodes.sectors)} sectors, "
            f"{len(nodes):,} nodes; {self.money}>"
        )

    @cached_property
    def output(self) -> npt.NDArray[np.float64]:
        """Output of each node, ``x = Z 1 + Y 1``, shape (n,) [money].

        Below zero only by the file's rounding, and then taken as zero: see `rounded_to_zero`.
        """
        return read_only(np.maximum(self._sums, 0.0))

    @cached_property
    def _sums(self) -> npt.NDArray[np.float64]:
        sold: npt.NDArray[np.float64] = self.matrix.sum(axis=1, dtype=np.float64)
        used: npt.NDArray[np.float64] = self.final.sum(axis=1, dtype=np.float64)
        return sold + used

    @cached_property
    def rounded_to_zero(self) -> npt.NDArray[np.intp]:
        """Nodes whose deliveries add up to less than zero, or to zero in spite of inputs."""
        inputs = self.matrix.sum(axis=0, dtype=np.float64)
        if self.imports is not None:
            inputs = inputs + self.imports.matrix.sum(axis=0, dtype=np.float64)
        return np.flatnonzero((self._sums < 0.0) | ((self._sums <= 0.0) & (inputs != 0.0)))

    @cached_property
    def added(self) -> npt.NDArray[np.float64]:
        """Value added of each node, shape (n,) [money].

        The sum of the file's rows; where it has none, output less all inputs, which then holds
        taxes less subsidies on products and transport margins too.
        """
        if len(self.value_added_kinds):
            return read_only(self.value_added.sum(axis=0, dtype=np.float64))
        return self.residual

    @cached_property
    def residual(self) -> npt.NDArray[np.float64]:
        """Output less all inputs, home and from abroad, shape (n,) [money]."""
        inputs = self.matrix.sum(axis=0, dtype=np.float64)
        if self.imports is not None:
            inputs = inputs + self.imports.matrix.sum(axis=0, dtype=np.float64)
        return read_only(self.output - inputs)

    @cached_property
    def demand(self) -> npt.NDArray[np.float64]:
        """Final deliveries of each node, ``Y 1``, shape (n,) [money]."""
        return read_only(self.final.sum(axis=1, dtype=np.float64))

    def coefficients(self, dtype: npt.DTypeLike = np.float64) -> npt.NDArray[np.floating]:
        """Return the input coefficients ``A = Z diag(x)^-1``, shape (n, n); 0 where x is 0.

        Parameters
        ----------
        dtype : dtype
            float64 or float32.
        """
        shares: Array = self.matrix.astype(dtype, copy=False) * self.per_output.astype(dtype)
        return shares

    @cached_property
    def per_output(self) -> npt.NDArray[np.float64]:
        """One over output, 0 where output is 0, shape (n,)."""
        x = self.output
        return read_only(np.divide(1.0, x, out=np.zeros_like(x), where=x > 0.0))

    def final_of(self, *roles: str) -> npt.NDArray[np.bool_]:
        """Return which final users are of these `roles`, shape (m,)."""
        wanted = np.array([role in roles for role in self.roles], dtype=np.bool_)
        return wanted[self.users.sector]

    @property
    def is_national(self) -> bool:
        """Whether the table holds one region, the rest of the world being outside."""
        return len(self.nodes.regions) == 1

    @property
    def is_competitive(self) -> bool:
        """Whether imports are mixed with home deliveries and only subtracted in a column."""
        return "imports" in self.roles and self.imports is None

    def split_imports(self) -> "Flows":
        r"""Return a competitive table with its imports split off in proportion.

        :math:`m_i = IM_i / (TIU_i + TFU_i - EX_i)` of each home use of product i is taken as
        imported. On the three Chinese tables whose imports by user are published, cells of this
        split are off by 53 to 55 % (weighted), and the imported share of a user's inputs by up to
        0.11: it serves to rank users, not to read a single cell.

        Raises
        ------
        MissingPartError
            If the table has no column of imports, or its imports are split already.
        """
        if not self.is_competitive:
            raise MissingPartError(
                "a column of imports in final demand",
                "Only a competitive table (imports subtracted in one column) can be split.",
            )
        taken = self.final_of("imports")
        free = self.final_of("exports", "error")
        imported = -self.final[:, taken].sum(axis=1, dtype=np.float64)
        home_use = self.matrix.sum(axis=1, dtype=np.float64) + self.final[:, ~(taken | free)].sum(
            axis=1, dtype=np.float64
        )
        share = np.divide(imported, home_use, out=np.zeros_like(imported), where=home_use > 0.0)
        share = np.clip(share, 0.0, 1.0)[:, None]
        from_abroad = np.where(taken | free, 0.0, self.final * share)
        final = np.where(taken, 0.0, self.final - from_abroad)
        # what a capped share cannot place stays in the column, so that output does not move
        leftover = from_abroad.sum(axis=1) + (self.matrix * share).sum(axis=1) - imported
        final[:, np.flatnonzero(taken)[0]] = leftover
        axis = Axis("region", ("",))
        rows = Nodes(
            axis, self.nodes.sectors, np.zeros(len(self.nodes), np.int32), self.nodes.sector
        )
        return replace(
            self,
            matrix=self.matrix * (1.0 - share),
            final=final,
            imports=Imports(rows, self.matrix * share, from_abroad, "proportional"),
            origin=self.origin.noted("imports split off in proportion to use (an assumption)"),
        )

    def with_stressors(
        self,
        name: str,
        unit: str,
        by_node: Array | Mapping[str, float],
        *,
        final: Array | Mapping[str, float] | None = None,
        note: str = "",
    ) -> "Flows":
        """Return the same table with one more stressor, such as CO2 from another source.

        Parameters
        ----------
        name : str
            Name of the stressor.
        unit : str
            Its unit, such as ``"Mt"``.
        by_node : ndarray, shape (n,), or mapping of str to float
            Of the producers: in the order of `nodes`, or by code (``"CHN:25"``), 0 where absent.
        final : ndarray, shape (m,), or mapping of str to float, optional
            Of final users: in the order of `users`, or by code (``"CHN:TC"``); 0 if not given.
        note : str
            Where the numbers come from; it is added to the origin.

        Raises
        ------
        LabelError
            If the table has that stressor, or an array is not one number a label.
        UnknownCodeError
            If a mapping names a producer or final user that the table lacks.
        ParameterError
            If a number is missing or infinite.
        """
        held = self.stressors
        if held is not None and name in held.axis.codes:
            msg = f"The table has the stressor {name!r} already. Give this one another name."
            raise LabelError(msg)
        matrix = _vector(by_node, self.nodes, "by_node").astype(self.matrix.dtype)[None, :]
        given = {} if final is None else final
        to_users = _vector(given, self.users, "final").astype(self.matrix.dtype)[None, :]
        if held is None:
            joined = Stressors(Axis("stressor", (name,)), (unit,), matrix, to_users)
        else:
            joined = Stressors(
                Axis("stressor", (*held.axis.codes, name)),
                (*held.units, unit),
                np.vstack([held.matrix, matrix]),
                np.vstack([held.final, to_users]),
            )
        told = f"stressor {name} [{unit}] joined" + (f": {note}" if note else "")
        return replace(self, stressors=joined, origin=self.origin.noted(told))

    def in_money(self, money: Money, *, rate: float) -> "Flows":
        """Return the same table counted in other money.

        Parameters
        ----------
        money : Money
            What to count in.
        rate : float
            Units of `money` for one unit of the present money.

        Raises
        ------
        MoneyError
            If the present or the new currency is not stated, or the rate is not above zero.
        """
        if self.money.currency is None or money.currency is None or not 0.0 < rate < np.inf:
            msg = (
                f"Converting {self.money} to {money} at {rate!r} needs two stated currencies and "
                "a rate above zero. Say the table's currency as currency='USD' on reading."
            )
            raise MoneyError(msg)
        scaled = {
            field: array * rate
            for field in ("matrix", "final", "value_added", "stated_output")
            if (array := getattr(self, field)) is not None
        }
        imports = self.imports and replace(
            self.imports, matrix=self.imports.matrix * rate, final=self.imports.final * rate
        )
        origin = self.origin.noted(f"{self.money} to {money} at {rate:g}")
        return replace(self, **scaled, imports=imports, money=money, origin=origin)


def _vector(
    given: Array | Mapping[str, float], labels: Nodes, parameter: str
) -> npt.NDArray[np.float64]:
    """Return one finite number a label, from an array in their order or from a mapping by code."""
    if isinstance(given, Mapping):
        vector = np.zeros(len(labels))
        for code, number in given.items():
            vector[labels.find(code)] = number
    else:
        vector = np.array(given, dtype=np.float64)
    if vector.shape != (len(labels),):
        msg = f"{parameter} is {vector.shape} and must be ({len(labels)},), one number a label."
        raise LabelError(msg)
    odd = np.flatnonzero(~np.isfinite(vector))
    if len(odd):
        owner = "Flows.with_stressors"
        found = f"{vector[odd[0]]} for {labels.codes[odd[0]]}"
        raise ParameterError(parameter, owner, "finite numbers", found)
    return vector
