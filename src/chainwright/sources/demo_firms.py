"""A made-up network of firms: no fact about any firm, but sizes, degrees and sales that add up."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.errors import ParameterError
from chainwright.params import table
from chainwright.sources.link_tables import LinkTables, in_order
from chainwright.sources.reading import Origin
from chainwright.tables import schema

__all__ = ["DEMO_FIRMS", "demo_firms"]

DEMO_FIRMS = "demo:firms"
"""How the made-up network is named where a path is asked for."""

FIRMS, LINKS = 10_000, 40_000
"""Size of the network if none is said."""

INPUTS = 60
"""Sectors that a sector buys from, at most half of all (an assumption)."""

SPREAD = {"classes": 2.15, "groups": 1.9, "divisions": 1.8}
"""Standard deviation of the logarithm of sizes: a tail as heavy as that of real firms, and thinner
where there are fewer sectors, since there one firm's share weighs more (assumptions)."""

CROWD = 100
"""Firms that a sector has on average at least, if divisions are not too fine for that: with fewer,
most inputs have one supplier and nearly every failure stops the nation (an assumption)."""

AS_SUPPLIER, AS_BUYER = 0.65, 0.6
"""Powers of its size with which a firm is drawn as a supplier and as a buyer (assumptions)."""

BY_COUNT = 0.9
"""Power of its number of firms with which a sector is bought from (an assumption)."""

FIRST = 0.95
"""Share of firms that buy from another firm for certain (an assumption)."""

NEAR = 0.5
"""Share of purchases that are made in one's own region where it has a supplier (an assumption)."""

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


def demo_firms(*, firms: int = FIRMS, links: int = LINKS, seed: int = 7) -> LinkTables:
    """Return a made-up directed network of firms: none of its numbers is a fact.

    Sectors are those of NACE Rev.2 (sections A to S): classes if they have 100 firms on average,
    else groups, else divisions. Regions are the provinces of China.
    Sections have made-up numbers and sizes of firms (fact table ``demo_firm_sections``); a sector
    buys from up to 60 others, most of all from its own division and from what the fact table
    ``essential_inputs`` calls essential. Sizes are log-normal with a heavy tail, large firms have
    more customers and suppliers, half of the purchases are made in one's own region. What a firm
    makes is at least what it sells to firms and more than it buys from them; the rest goes to
    final users. Names are codes; money is of no currency.

    Parameters
    ----------
    firms : int
        Number of firms, at least 2.
    links : int
        Number of links, at most a fifth of all pairs.
    seed : int
        The same seed gives the same network.

    Raises
    ------
    ParameterError
        If that many links cannot be drawn between that many firms.

    Examples
    --------
    >>> made = demo_firms(firms=500, links=1500)
    >>> len(made.firms), len(made.value), bool(made.firms["output"].min() > 0)
    (500, 1500, True)
    """
    if firms < 2:
        raise ParameterError("firms", "the made-up network", "at least 2", firms)
    most = firms * (firms - 1) // 5
    if not 1 <= links <= max(1, most):
        expected = f"from 1 to {max(1, most):,}, a fifth of the pairs of {firms:,} firms"
        raise ParameterError("links", "the made-up network", expected, links)
    rng = np.random.default_rng(seed)
    level, classes, section = _sectors_of_nace(firms)
    facts = {row["section"]: row for row in table("demo_firm_sections")}
    of = {name: np.array([float(facts[s][name]) for s in section]) for name in NUMBERS}
    sector = _sectors(rng, firms, of["firms"], section)
    region, regions = _regions(rng, sector)
    size = rng.lognormal(0.0, SPREAD[level], firms) * of["size"][sector]
    inputs = _technology(rng, section, classes, of, np.bincount(sector, minlength=len(classes)))
    supplier, buyer = _pairs(rng, _Market(sector, region, size), inputs, links)
    value = 100.0 * rng.lognormal(0.0, 1.0, links) * np.sqrt(size[supplier] * size[buyer])
    output = _output(rng, size, [of[k][sector] for k in NUMBERS[2:]], (supplier, buyer, value))
    sells, buys, value, _ = in_order(supplier, buyer, value, firms)
    width = len(str(firms))
    frame = _frame(firms)
    frame["firm"] = np.char.add(
        "F", np.char.zfill(np.arange(1, firms + 1).astype(f"U{width}"), width)
    )
    frame["sector"] = np.array(classes)[sector]
    frame["region"] = np.array(regions)[region]
    frame["output"] = output
    note = "made up: no number is a fact about any firm, sector or place; drawn at random"
    origin = Origin(
        file=DEMO_FIRMS,
        format="synthetic network of firms",
        version=f"seed {seed}",
        licence="Apache-2.0",
        notes=(note,),
    )
    return LinkTables(frame, origin, sells, buys, value, origin)


NUMBERS = ("firms", "size", "sold_to_firms", "bought_from_firms")


def _frame(firms: int) -> pd.DataFrame:
    """Return a table of firms whose cells are all missing."""
    rows = pd.RangeIndex(firms)
    return pd.DataFrame(
        {
            c.column: pd.Series(
                "" if c.type == "string" else np.nan, rows, "str" if c.type == "string" else "f8"
            )
            for c in schema("firms")
        }
    )


def _sectors_of_nace(firms: int) -> tuple[str, list[str], list[str]]:
    """Return the level of NACE Rev.2, its sectors of sections A to S, the section of each."""
    rows = table("nace2")
    parent = {row["code"]: row["parent"] for row in rows}
    told = {row["section"] for row in table("demo_firm_sections")}
    codes: list[str] = []
    section: list[str] = []
    level = ""
    for name, depth in (("classes", 4), ("groups", 3), ("divisions", 2)):
        level = name
        pairs = [(row["code"], row["code"]) for row in rows if row["level"] == str(depth)]
        for _ in range(depth - 1):
            pairs = [(code, parent[above]) for code, above in pairs]
        codes, section = map(list, zip(*(p for p in pairs if p[1] in told), strict=True))
        if firms >= CROWD * len(codes):
            break
    return level, codes, section


def _sectors(rng: np.random.Generator, firms: int, weight: Floats, section: list[str]) -> Places:
    """Return the sector of each firm: sections by their weight, classes within them at random."""
    of = np.unique(section, return_inverse=True)[1]
    share = rng.lognormal(0.0, 1.0, len(section))
    share *= weight / np.bincount(of, share)[of]
    drawn = rng.choice(len(section), firms, p=share / share.sum())
    once = rng.permutation(len(section))[:firms]
    drawn[: len(once)] = once  # no sector is without a firm while there are enough
    return rng.permutation(drawn)


def _regions(rng: np.random.Generator, sector: Places) -> tuple[Places, list[str]]:
    """Return the region of each firm: by the size of provinces, and sectors cluster."""
    rows = table("demo_provinces")
    size = np.array([float(row["gdp"]) for row in rows])
    share = size * rng.lognormal(0.0, 0.7, (int(sector.max()) + 1, len(size)))
    until = np.cumsum(share / share.sum(axis=1)[:, None], axis=1)
    drawn = np.searchsorted(
        (until + np.arange(len(until))[:, None]).ravel(), sector + rng.random(len(sector))
    )
    region = np.minimum(drawn - sector * len(size), len(size) - 1)
    return region, [row["code"] for row in rows]


def _technology(
    rng: np.random.Generator,
    section: list[str],
    classes: list[str],
    of: dict[str, Floats],
    count: Places,
) -> tuple[Places, Floats]:
    """Return the inputs of each sector (sectors, INPUTS), and their shares."""
    needed = {
        (row["user_section"], row["input_section"])
        for row in table("essential_inputs")
        if row["essential"] == "1"
    }
    division = np.array([code[:2] for code in classes])
    words, place = np.unique(section, return_inverse=True)
    need = np.array([[4.0 if (u, i) in needed else 1.0 for i in words] for u in words])
    score = need[place][:, place] * rng.lognormal(0.0, 1.2, (len(classes), len(classes)))
    score *= of["sold_to_firms"] * np.sqrt(of["size"]) * count**BY_COUNT
    score *= np.where(division[:, None] == division, 6.0, 1.0)
    inputs = min(INPUTS, len(classes) // 2)
    kept = np.argpartition(-score, inputs, axis=1)[:, :inputs]
    kept.sort(axis=1)
    share = np.take_along_axis(score, kept, axis=1)
    return kept, share / share.sum(axis=1)[:, None]


class _Market:
    """Firms ordered by sector and region, so that a supplier is drawn by one search."""

    def __init__(self, sector: Places, region: Places, size: Floats) -> None:
        regions = int(region.max()) + 1
        self.sector, self.region = sector, region
        self.order = np.lexsort((region, sector))
        group = (sector * regions + region)[self.order]
        self.until = np.concatenate([[0.0], np.cumsum((size**AS_SUPPLIER)[self.order])])
        groups = (int(sector.max()) + 1) * regions
        self.first = np.searchsorted(group, np.arange(groups + 1))
        self.regions = regions
        self.buyers = np.cumsum(size**AS_BUYER)

    def draw(self, rng: np.random.Generator, sector: Places, region: Places) -> Places:
        """Return a supplier for each, of a sector and, where there is one, often of a region."""
        start, stop = (self.until[self.first[(sector + k) * self.regions]] for k in (0, 1))
        own = sector * self.regions + region
        near, far = self.until[self.first[own]], self.until[self.first[own + 1]]
        local = (far > near) & (rng.random(len(sector)) < NEAR)
        low, high = np.where(local, near, start), np.where(local, far, stop)
        drawn = np.searchsorted(self.until, low + rng.random(len(sector)) * (high - low), "right")
        found: Places = self.order[np.clip(drawn - 1, 0, len(self.order) - 1)]
        return found


def _pairs(
    rng: np.random.Generator, market: _Market, inputs: tuple[Places, Floats], links: int
) -> tuple[Places, Places]:
    """Return so many different pairs of a supplier and a buyer."""
    kept, share = inputs
    firms = len(market.sector)
    until = np.cumsum(share, axis=1)
    until[:, -1] = 1.0
    rows = (until + np.arange(len(until))[:, None]).ravel()
    found = np.zeros(0, dtype=np.int64)
    while len(found) < links:
        more = int(1.1 * (links - len(found))) + 100
        buyer = np.searchsorted(market.buyers, rng.random(more) * market.buyers[-1])
        if not len(found):
            certain = rng.permutation(firms)[: min(int(FIRST * firms), links // 2)]
            buyer[: len(certain)] = certain
        wanted = np.searchsorted(rows, market.sector[buyer] + rng.random(more))
        wanted = kept.ravel()[np.minimum(wanted, kept.size - 1)]
        supplier = market.draw(rng, wanted, market.region[buyer])
        key = (supplier * firms + buyer)[market.sector[supplier] == wanted]
        key = key[key // firms != key % firms]
        found = np.unique(np.concatenate([found, key]))
    found = np.sort(rng.permutation(found)[:links])
    return found // firms, found % firms


def _output(
    rng: np.random.Generator,
    size: Floats,
    shares: list[Floats],
    links: tuple[Places, Places, Floats],
) -> Floats:
    """Return what each firm makes: more than it sells to firms, and more than it buys."""
    supplier, buyer, value = links
    spread = rng.uniform(0.6, 1.4, (2, len(size)))
    sold = np.bincount(supplier, value, len(size)) / np.clip(shares[0] * spread[0], 0.02, 0.98)
    bought = np.bincount(buyer, value, len(size)) / np.clip(shares[1] * spread[1], 0.05, 0.9)
    made: Floats = np.maximum(np.maximum(sold, bought), 20.0 * size)
    return made
