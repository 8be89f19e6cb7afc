"""Suppliers, sites and sources of the made-up maker, and who else could make what."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.params import table
from chainwright.sources.demo_maker_bill import DemoBill, Floats, Indices, log_uniform

__all__ = ["DemoSources", "demo_sources"]

OWN = {"PACK": "PL-PACK", "EDU": "PL-DRIVE", "ENG": "PL-ENGINE"}
"""Families that the maker makes in a plant of their own; bodies are made where the cars are."""

PLANTS = {
    "PL-HEFEI": ("Made-up car plant Hefei 虚构合肥整车厂", "Hefei"),
    "PL-WUHAN": ("Made-up car plant Wuhan 虚构武汉整车厂", "Wuhan"),
    "PL-GUANGZHOU": ("Made-up car plant Guangzhou 虚构广州整车厂", "Guangzhou"),
    "PL-PACK": ("Made-up battery pack plant 虚构电池包厂", "Changzhou"),
    "PL-DRIVE": ("Made-up drive unit plant 虚构电驱动厂", "Ningbo"),
    "PL-ENGINE": ("Made-up engine plant 虚构发动机厂", "Chongqing"),
}
HUBS = {"ANLG": 12, "PELL": 8, "MAGN": 4, "PYRO": 3}
"""Families of tier 3 of which one supplier alone makes so many parts, whose parents have two."""

UNKNOWN_BY_TIER = (0.0, 0.0, 0.02, 0.05, 0.08)
"""Share of parts of each tier of which no source is known (an assumption)."""


@dataclass(frozen=True, eq=False)
class DemoSources:
    """Who makes what where, as tables of a maker.

    Parameters
    ----------
    suppliers, sites, sourcing, alternates : DataFrame
        With columns of the schemas ``maker_suppliers`` and so on.
    first_site : ndarray
        ``(I,)`` site of the largest source of each item; empty where none is known.
    """

    suppliers: pd.DataFrame
    sites: pd.DataFrame
    sourcing: pd.DataFrame
    alternates: pd.DataFrame
    first_site: npt.NDArray[np.str_]


def demo_sources(rng: np.random.Generator, bill: DemoBill) -> DemoSources:
    """Return suppliers, sites, sources and alternates of the made-up maker.

    Parameters
    ----------
    rng : Generator
        What draws.
    bill : DemoBill
        Items and their requirement.
    """
    home = np.repeat(
        np.arange(len(bill.families)), [int(row["suppliers"]) for row in bill.families]
    )
    trades = np.array([row["trade"] for row in bill.families])
    pools = _pools(rng, home, trades)
    item, supplier = _chosen(rng, bill, home, pools)
    share = _shares(rng, item)
    silent = np.isin(item, np.flatnonzero(rng.random(len(bill.codes)) < 0.02))
    even = 1.0 / np.bincount(item)[item]  # what is taken where no share is told
    share = np.where(silent, even, share)
    planned = share * bill.requirement[item]

    rank = pd.Series(supplier).groupby(supplier).cumcount().to_numpy()
    nodes_of = np.bincount(supplier, minlength=len(home))
    several = rng.random((2, len(home))) < MORE_SITES
    sites_of = 1 + (several[0] & (nodes_of >= 2)) + (several.all(axis=0) & (nodes_of >= 5))
    first = np.concatenate([[0], np.cumsum(sites_of)[:-1]])
    site = first[supplier] + rank % sites_of[supplier]
    owner = np.repeat(np.arange(len(home)), sites_of)
    city = _cities(rng, trades[home], owner, first)

    suppliers, codes = _suppliers(rng, home, trades, city[first])
    letters = np.array(list("ABC"))[np.arange(len(owner)) - first[owner]]
    site_codes = np.char.add(np.char.replace(codes[owner], "V-", "S-"), letters)
    weeks = [np.array([float(row[f"recovery_{end}"]) for row in bill.families]) for end in _ENDS]
    sites = _sites(
        rng,
        suppliers,
        owner=owner,
        codes=site_codes,
        city=city,
        weeks=[w[home[owner]] for w in weeks],
    )
    own_item, own_plant, own_share = _own(bill)
    sites = pd.concat([_plants(bill, own_item, own_plant, own_share), sites], ignore_index=True)

    spare = rng.uniform(bill.numbers("spare_low"), bill.numbers("spare_high"))[item]
    capacity = _up(planned * (1.0 + spare))
    places = table("demo_maker_cities")
    abroad = np.array([row["place"] != "CHN" for row in places])[city[site]]
    chips = np.isin(bill.words("trade")[item], ("chip", "fab"))
    lead = np.round(rng.uniform(1, 3, len(item)) + abroad * rng.uniform(3, 7, len(item)))
    price = np.round(bill.cost[item] * rng.uniform(0.99, 1.05, len(item)), 4)
    told = rng.random((5, len(item)))
    longer = log_uniform(rng, *(bill.numbers(f"recovery_{end}")[item] for end in _ENDS))
    bought = pd.DataFrame(
        {
            "item": np.array(bill.codes)[item],
            "supplier": codes[supplier],
            "site": np.where(told[0] < 0.03, "", site_codes[site]),
            "share": np.where(silent, np.nan, share),
            "price": np.where(told[1] < 0.95, price, np.nan),
            "lead_time_weeks": np.where(told[2] < 0.92, lead + 8 * chips, np.nan),
            "capacity_per_week": np.where(told[3] < 0.45, capacity, np.nan),
            "recovery_weeks": np.where(told[4] < 0.04, np.ceil(longer), np.nan),
        }
    )
    made = pd.DataFrame(
        {
            "item": np.array(bill.codes)[own_item],
            "supplier": "",
            "site": own_plant,
            "share": own_share,
            "capacity_per_week": _up(1.15 * own_share * bill.requirement[own_item]),
        }
    )
    sourcing = pd.concat([made, bought], ignore_index=True)
    at = np.full(len(bill.codes), "", dtype="U16")
    largest = np.lexsort((-share, item))
    leading = largest[np.unique(item[largest], return_index=True)[1]]
    at[item[leading]] = site_codes[site[leading]]
    at[own_item[::-1]] = own_plant[::-1]
    alternates = _alternates(
        rng,
        bill,
        item=item,
        supplier=supplier,
        pools=pools,
        codes=codes,
        sites=site_codes[first],
    )
    return DemoSources(suppliers, sites, sourcing, alternates, at)


_ENDS = ("low", "high")
_KINDS = ("first", "second", "trade")
MORE_SITES = 0.35
"""Share of suppliers of several parts that have a second site (an assumption)."""


def _up(values: Floats) -> Floats:
    """Return numbers rounded up to three digits, so that no capacity is below its plan."""
    scale = 10.0 ** (np.floor(np.log10(np.maximum(values, 1e-9))) - 2)
    return np.asarray(np.round(np.ceil(values / scale - 1e-9) * scale, 6))


def _pools(rng: np.random.Generator, home: Indices, trades: npt.NDArray[np.str_]) -> list[Indices]:
    """Return who may make parts of each family: its own suppliers, and a few of the same trade."""
    pools = []
    for family, trade in enumerate(trades):
        own = np.flatnonzero(home == family)
        kin = np.flatnonzero((trades[home] == trade) & (home != family))
        count = min(len(kin), 1 + len(own) // 6) if len(own) else 0
        pools.append(np.concatenate([own, rng.choice(kin, count, replace=False)]).astype(np.int64))
    return pools


def _chosen(
    rng: np.random.Generator, bill: DemoBill, home: Indices, pools: list[Indices]
) -> tuple[Indices, Indices]:
    """Return the sources: places of items, in order, and of their suppliers."""
    n = len(bill.codes)
    wanted = np.where(rng.random(n) < bill.numbers("single"), 1, 2 + (rng.random(n) < 0.3))
    wanted[rng.random(n) < np.array(UNKNOWN_BY_TIER)[bill.tier]] = 0
    names = bill.words("family")
    serial = np.arange(n) - np.searchsorted(bill.family, bill.family)
    hub = np.zeros(n, dtype=bool)
    for family, count in HUBS.items():
        hub |= (names == family) & (serial < count) & (bill.family >= 0)
    above = np.unique(bill.parent[hub[bill.component]])
    wanted[above] = np.maximum(2, wanted[above])
    wanted[hub] = 1
    wanted[bill.family < 0] = 0
    items, makers = [], []
    for place, pool in enumerate(pools):
        if not len(pool):
            continue
        members = np.flatnonzero(bill.family == place)
        size = 1.0 / (1.0 + np.arange(len(pool)))  # a few large suppliers, many small ones
        keys = rng.exponential(size=(len(members), len(pool))) / size
        keys[hub[members], 0] = -1.0  # the first of the pool is the hub
        order = np.argsort(keys, axis=1)
        taken = np.arange(len(pool)) < wanted[members][:, None]
        rows, columns = np.nonzero(taken)
        who = pool[order[rows, columns]]
        idle = np.setdiff1d(np.flatnonzero(home == place), who)
        several = members[(wanted[members] > 1)] if (wanted[members] > 1).any() else members[-1:]
        items += [members[rows], rng.choice(several, len(idle))]
        makers += [who, idle]
    item, supplier = np.concatenate(items), np.concatenate(makers)
    order = np.lexsort((supplier, item))
    return item[order], supplier[order]


def _shares(rng: np.random.Generator, item: Indices) -> Floats:
    """Return shares in whole per cent that sum to 1 over the sources of each item."""
    drawn = 0.6 + rng.exponential(size=len(item))
    share = np.round(drawn / np.bincount(item, drawn)[item], 2)
    left = 1.0 - np.bincount(item, share)
    first = np.unique(item, return_index=True)[1]
    share[first] += left[item[first]]
    return np.asarray(np.round(share, 2))


def _cities(
    rng: np.random.Generator, trade: npt.NDArray[np.str_], owner: Indices, first: Indices
) -> Indices:
    """Return the city of each site: the first where its trade is at home, others often there."""
    rows = table("demo_maker_cities")
    weight = np.array([float(row["weight"]) for row in rows])
    place = np.array([row["place"] for row in rows])
    city = np.zeros(len(owner), dtype=np.int64)
    for name in np.unique(trade):
        fit = weight * np.array([name in row["trades"].split(";") for row in rows])
        here = np.flatnonzero(trade[owner] == name)
        city[here] = rng.choice(len(rows), len(here), p=fit / fit.sum())
    seat = city[first][owner]
    stays = (place[seat] != place[city]) & (rng.random(len(owner)) < 0.7)
    return np.where(stays, seat, city)


def _suppliers(
    rng: np.random.Generator, home: Indices, trades: npt.NDArray[np.str_], city: Indices
) -> tuple[pd.DataFrame, npt.NDArray[np.str_]]:
    """Return the table of suppliers, whose names no firm has, and their codes."""
    n = len(home)
    rows = table("demo_maker_cities")
    words = {kind: [r for r in table("demo_maker_words") if r["kind"] == kind] for kind in _KINDS}
    called = {row["key"]: row for row in words["trade"]}
    pick = rng.permutation(len(words["first"]) * len(words["second"]))[:n]
    names = []
    for i, family, where in zip(pick, home, city, strict=True):
        a, b = words["first"][i % len(words["first"])], words["second"][i // len(words["first"])]
        trade = called[str(trades[family])]
        if rows[where]["place"] == "CHN":
            names.append(f"虚构{a['zh']}{b['zh']}{trade['zh']}")
        else:
            names.append(f"Made-up {a['en']} {b['en']} {trade['en']}")
    codes = np.array([f"V-{k:03d}" for k in range(1, n + 1)])
    place = np.array([row["place"] for row in rows])[city]
    place = np.where(rng.random(n) < 0.04, "", place)
    return pd.DataFrame({"supplier": codes, "name": names, "place": place}), codes


def _sites(
    rng: np.random.Generator,
    suppliers: pd.DataFrame,
    *,
    owner: Indices,
    codes: npt.NDArray[np.str_],
    city: Indices,
    weeks: list[Floats],
) -> pd.DataFrame:
    """Return the table of suppliers' sites; some cells are empty as they are in life."""
    frame = _placed([table("demo_maker_cities")[c] for c in city])
    frame.insert(0, "site", codes)
    frame.insert(1, "supplier", suppliers["supplier"].to_numpy()[owner])
    towns = [table("demo_maker_cities")[c]["city"] for c in city]
    called = suppliers["name"].to_numpy()[owner]
    frame.insert(2, "name", [f"{n} {t}" for n, t in zip(called, towns, strict=True)])
    off = rng.normal(0.0, 0.08, (2, len(owner)))  # somewhere around the city
    frame["latitude_deg"] = np.round(frame["latitude_deg"] + off[0], 2)
    frame["longitude_deg"] = np.round(frame["longitude_deg"] + off[1], 2)
    frame.loc[rng.random(len(owner)) < 0.03, ["latitude_deg", "longitude_deg"]] = np.nan
    frame.loc[rng.random(len(owner)) < 0.02, "region"] = ""
    recovery = np.clip(np.round(log_uniform(rng, *weeks)), 1, 52)
    frame["recovery_weeks"] = np.where(rng.random(len(owner)) < 0.68, recovery, np.nan)
    return frame


def _placed(rows: list[object]) -> pd.DataFrame:
    frame = pd.DataFrame(rows)[["place", "region", "latitude_deg", "longitude_deg"]]
    numbers = ["latitude_deg", "longitude_deg"]
    frame[numbers] = frame[numbers].astype(float)
    return frame


def _own(bill: DemoBill) -> tuple[Indices, npt.NDArray[np.str_], Floats]:
    """Return what the maker makes itself: items, plants and shares."""
    items: list[int] = []
    plants: list[str] = []
    shares: list[float] = []
    body = bill.words("family") == "BIW"
    for model, row in enumerate(bill.models):
        used = bill.component[(bill.parent == model) & body[bill.component]]
        at = row["plants"].split(";")
        split = (1.0,) if len(at) == 1 else (0.6, 0.4)
        for item in (model, *map(int, used)):
            items += [item] * len(at)
            plants += at
            shares += split
    for family, plant in OWN.items():
        made = np.flatnonzero((bill.words("family") == family) & (bill.family >= 0))
        items += made.tolist()
        plants += [plant] * len(made)
        shares += [1.0] * len(made)
    return np.array(items), np.array(plants), np.array(shares)


def _plants(
    bill: DemoBill, item: Indices, plant: npt.NDArray[np.str_], share: Floats
) -> pd.DataFrame:
    """Return the table of the maker's own plants."""
    towns = {row["city"]: row for row in table("demo_maker_cities")}
    frame = _placed([towns[town] for _, town in PLANTS.values()])
    frame.insert(0, "site", list(PLANTS))
    frame.insert(1, "supplier", "")
    frame.insert(2, "name", [name for name, _ in PLANTS.values()])
    at = np.searchsorted(np.sort(list(PLANTS)), plant)
    made: Floats = np.bincount(at, share * bill.requirement[item]).astype(np.float64)[
        np.argsort(np.argsort(list(PLANTS)))
    ]
    frame["capacity_per_week"] = _up(1.1 * made)
    frame["recovery_weeks"] = [8.0, 8.0, 8.0, 10.0, 10.0, np.nan]
    return frame


def _alternates(
    rng: np.random.Generator,
    bill: DemoBill,
    *,
    item: Indices,
    supplier: Indices,
    pools: list[Indices],
    codes: npt.NDArray[np.str_],
    sites: npt.NDArray[np.str_],
) -> pd.DataFrame:
    """Return who else could make some of the parts that one supplier makes."""
    count = np.bincount(item, minlength=len(bill.codes))
    alone = (count[item] == 1) & (bill.tier[item] <= DEEPEST_ALTERNATE)
    asked = np.flatnonzero(alone & (rng.random(len(item)) < 0.25))
    part, now = item[asked], supplier[asked]
    sizes = np.array([len(pool) for pool in pools])[bill.family[part]]
    table_of = np.full((len(pools), max(map(len, pools))), -1)
    for family, pool in enumerate(pools):
        table_of[family, : len(pool)] = pool
    other = table_of[bill.family[part], rng.integers(sizes)]
    keep = other != now
    part, other = part[keep], other[keep]
    told = rng.random((2, len(part)))
    low = np.round(log_uniform(rng, np.full(len(part), 5e4), np.full(len(part), 3e6)), -3)
    high = np.round(low * rng.uniform(1.2, 3.0, len(part)), -3)
    can = np.round(bill.requirement[part] * rng.uniform(0.4, 1.1, len(part)))
    ready = rng.random(len(part)) < 0.1
    return pd.DataFrame(
        {
            "item": np.array(bill.codes)[part],
            "supplier": codes[other],
            "site": sites[other],
            "qualify_weeks": np.where(ready, 0, rng.integers(4, 40, len(part))).astype(float),
            "capacity_per_week": np.where(told[0] < 0.7, np.maximum(1.0, can), np.nan),
            "price": np.round(bill.cost[part] * rng.uniform(1.02, 1.2, len(part)), 4),
            "fixed_cost_low": np.where(told[1] < 0.6, low, np.nan),
            "fixed_cost_high": np.where(told[1] < 0.6, high, np.nan),
        }
    )


DEEPEST_ALTERNATE = 3
"""Deepest tier of whose parts the maker knows alternates (an assumption)."""
