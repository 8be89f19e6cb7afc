"""What home buys, product by product, and from whom: home, its nation, named countries, others."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chainwright.accounts import leontief
from chainwright.errors import MissingPartError
from chainwright.params import table
from chainwright.system import Axis, Flows, Home

__all__ = ["Parts", "Purchases", "need_imports", "of_countries", "products_of", "purchases"]

Numbers = npt.NDArray[np.float64]

HOME, NATION, NAMED, UNNAMED = range(4)
"""Where a row's deliveries come from."""


@dataclass(frozen=True, eq=False)
class Parts:
    """Amounts by product and home sector, in parts by who delivers.

    Parameters
    ----------
    home : ndarray, shape (p, s)
        From home.
    nation : ndarray, shape (p, s)
        From the rest of the nation.
    named : ndarray, shape (c, p, s)
        From each named country abroad.
    unnamed : ndarray, shape (p, s)
        From abroad without a country: composite regions, and rows that say only "abroad".
    """

    home: Numbers
    nation: Numbers
    named: Numbers
    unnamed: Numbers

    @property
    def foreign(self) -> Numbers:
        """From abroad, shape (p, s)."""
        total: Numbers = self.named.sum(axis=0) + self.unnamed
        return total

    @property
    def total(self) -> Numbers:
        """From all, shape (p, s)."""
        return self.home + self.nation + self.foreign


@dataclass(frozen=True, eq=False)
class Purchases:
    """What the sectors of home buy and need, by product and supplier.

    Parameters
    ----------
    home : Home
        Whose sectors.
    products : Axis, p
        The sectors that deliver, and products that are only imported.
    sectors : Axis, s
        The sectors at home.
    countries : Axis, c
        Named countries abroad; parts of a country, such as CN1 and CN2, are one.
    output : ndarray, shape (s,) [money]
        Home output of each sector.
    direct : Parts [money]
        Deliveries.
    through : Parts [money]
        Deliveries and all that they rest on, round after round: rows of ``(L - I) x``. In a table
        of one nation the chain ends at the border.
    centrality : ndarray, shape (s,) [money]
        Home output lost if the home sector is removed whole.
    """

    home: Home
    products: Axis
    sectors: Axis
    countries: Axis
    output: Numbers
    direct: Parts
    through: Parts
    centrality: Numbers


def need_imports(flows: Flows) -> None:
    """Refuse a table that does not tell home deliveries from imports.

    Parameters
    ----------
    flows : Flows
        The table.

    Raises
    ------
    MissingPartError
        If it does not.
    """
    part = "imports by product and user"
    if flows.is_competitive:
        remedy = (
            "The table is competitive: its imports are one column. They can be split in "
            "proportion to use, an assumption that every result then names: "
            "System(system.flows.split_imports()), or --split-imports on the command line."
        )
        raise MissingPartError(part, remedy)
    if flows.is_national and flows.imports is None:
        raise MissingPartError(part, "Read a table that has them, or one of several regions.")
    if flows.imports is not None and flows.is_national:
        products = flows.imports.rows.sectors.codes
        if len(products) == 1 and products[0] not in flows.nodes.sectors.place:
            remedy = (
                "The table has only a total of imports per user, so it cannot be said which "
                "input comes from abroad."
            )
            raise MissingPartError(part, remedy)


def purchases(flows: Flows, home: Home) -> Purchases:
    r"""Return what home buys and needs, by product and supplier.

    The members of home are one: sector j of home is the sum of its members' sectors j, and
    deliveries among them are home's. Look-through amounts are the columns of
    :math:`(L - I) \hat x` with :math:`L = (I - A)^{-1}`, summed over the members; rows of imports
    count as suppliers whose own inputs are not known, :math:`M L \hat x`.

    Removing the nodes J of a home sector loses :math:`L_{iJ} L_{JJ}^{-1} x_J` at each i, which
    summed over home is the sector's centrality.

    Parameters
    ----------
    flows : Flows
        The table.
    home : Home
        Whose purchases.
    """
    at_home = np.flatnonzero(home.mask(flows))
    kept, sector = np.unique(flows.nodes.sector[at_home], return_inverse=True)
    members = np.zeros((len(at_home), len(kept)))
    members[np.arange(len(at_home)), sector] = 1.0
    bought = flows.matrix[:, at_home].astype(np.float64) @ members
    units = np.zeros((len(flows.nodes), len(at_home)))
    units[at_home, np.arange(len(at_home))] = 1.0
    columns = leontief(flows).solve(units).astype(np.float64)
    made = flows.output[at_home][:, None] * members
    needed = columns @ made
    through = needed.copy()
    through[at_home] -= made
    if flows.imports is not None:
        imported = flows.imports.matrix.astype(np.float64)
        bought = np.concatenate([bought, imported[:, at_home] @ members])
        through = np.concatenate([through, (imported * flows.per_output) @ needed])
    sort = _Sorting.of(flows, home)
    return Purchases(
        home=home,
        products=sort.products,
        sectors=flows.nodes.sectors.take(kept),
        countries=sort.countries,
        output=made.sum(axis=0),
        direct=sort.parts(bought),
        through=sort.parts(through),
        centrality=_centrality(columns[at_home], made),
    )


def _centrality(columns: Numbers, made: Numbers) -> Numbers:
    """Return what home loses of its output without each of its sectors, shape (s,)."""
    lost = np.zeros(made.shape[1])
    for s in range(made.shape[1]):
        out = np.flatnonzero(made[:, s])
        inside = columns[np.ix_(out, out)]
        lost[s] = (columns[:, out] @ np.linalg.solve(inside, made[out, s])).sum()
    return lost


@dataclass(frozen=True, eq=False)
class _Sorting:
    """Where the deliveries of each row (nodes, then imports) come from, and of what product."""

    products: Axis
    countries: Axis
    source: npt.NDArray[np.int8]
    product: npt.NDArray[np.intp]
    country: npt.NDArray[np.intp]

    @classmethod
    def of(cls, flows: Flows, home: Home) -> "_Sorting":
        rows = [(flows.nodes.regions.codes, flows.nodes.sectors, flows.nodes)]
        if flows.imports is not None:
            imports = flows.imports.rows
            rows.append((imports.regions.codes, imports.sectors, imports))
        products = products_of(flows)
        whole = {r["code"]: r["part_of"] for r in table("regions") if r["kind"] == "part"}
        named: dict[str, int] = {}
        source, product, country = [], [], []
        for codes, axis, nodes in rows:
            kinds = np.array([_kind(c, flows, home) for c in codes], dtype=np.int8)
            places = [
                named.setdefault(whole.get(c, c), len(named)) if kind == NAMED else -1
                for c, kind in zip(codes, kinds, strict=True)
            ]
            source.append(kinds[nodes.region])
            country.append(np.array(places, dtype=np.intp)[nodes.region])
            product.append(products.index(axis.codes).astype(np.intp)[nodes.sector])
        return cls(
            products,
            _countries(tuple(named)),
            np.concatenate(source),
            np.concatenate(product),
            np.concatenate(country),
        )

    def parts(self, amounts: Numbers) -> Parts:
        """Return `amounts`, shape (rows, s), by source and product; negative ones are left out."""
        amounts = np.maximum(amounts, 0.0)
        shape = (len(self.products), amounts.shape[1])
        sums = []
        for kind in (HOME, NATION, UNNAMED):
            rows = self.source == kind
            sums.append(np.zeros(shape))
            np.add.at(sums[-1], self.product[rows], amounts[rows])
        rows = self.source == NAMED
        named = np.zeros((len(self.countries), *shape))
        np.add.at(named, (self.country[rows], self.product[rows]), amounts[rows])
        return Parts(home=sums[0], nation=sums[1], named=named, unnamed=sums[2])


def of_countries(flows: Flows, home: Home, amounts: Numbers) -> Numbers:
    """Return amounts of nodes, then of rows of imports, by named country abroad, shape (c, s).

    Parameters
    ----------
    flows : Flows
        The table.
    home : Home
        Whose suppliers; the countries are those of its `purchases`.
    amounts : ndarray, shape (n + r, s)
        What is added up.
    """
    sort = _Sorting.of(flows, home)
    rows = sort.source == NAMED
    sums = np.zeros((len(sort.countries), amounts.shape[1]))
    np.add.at(sums, sort.country[rows], amounts[rows])
    return sums


def _kind(code: str, flows: Flows, home: Home) -> int:
    if code in home.regions:
        return HOME
    if code in home.nation:
        return NATION
    return UNNAMED if not code or code in flows.composite else NAMED


def _countries(codes: tuple[str, ...]) -> Axis:
    known = {r["code"]: (r["name_en"], r["name_zh"]) for r in table("regions")}
    names = [known.get(c, ("", "")) for c in codes]
    return Axis("region", codes, tuple(en for en, _ in names), tuple(zh for _, zh in names))


def products_of(flows: Flows) -> Axis:
    """Return what is delivered in `flows`: its sectors, then products that are only imported."""
    made = flows.nodes.sectors
    if flows.imports is None:
        return made
    bought = flows.imports.rows.sectors
    more = [i for i, code in enumerate(bought.codes) if code not in made.place]
    if not more:
        return made
    extra = bought.take(more)

    def both(mine: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[str, ...]:
        return (mine or ("",) * len(made)) + (theirs or ("",) * len(extra))

    return Axis(
        made.kind,
        made.codes + extra.codes,
        both(made.names_en, extra.names_en),
        both(made.names_zh, extra.names_zh),
        both(made.parents, extra.parents),
    )
