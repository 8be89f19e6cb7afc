"""The shocks of a brief: two chosen for home from what it found, and those that a user gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.accounts.abroad import UNNAMED
from chainwright.diagnose import DroppedChains, StuckNecks
from chainwright.params import table
from chainwright.report.wording import Words
from chainwright.stress import Blow, Shock
from chainwright.system import Flows, Home, Regions, sector_class

__all__ = ["Choice", "closure", "embargo", "given_shocks"]

EMBARGO_DAYS = 56.0
"""Eight weeks without an input."""

CLOSURE_DAYS = 28.0
"""Four weeks without a region's factories, or a sector."""

GOODS = ("goods", "construction", "unclassified")


@dataclass(frozen=True, eq=False)
class Choice:
    """A shock, and why it is looked at.

    Parameters
    ----------
    key : str
        Its name in files: ``embargo``, ``closure``, or the name of a file that was given.
    shock : Shock
        What happens.
    reason : str
        Key of the text that says why; empty for a shock that was given.
    told : mapping of str to object
        What fills the text: codes of sectors and regions, and shares.
    """

    key: str
    shock: Shock
    reason: str = ""
    told: Mapping[str, object] = field(default_factory=dict)


def embargo(
    flows: Flows, home: Home, necks: StuckNecks, *, nation: Regions | None = None
) -> Choice | None:
    """Return eight weeks without the foreign input that home relies on most; None without one.

    That input is the first stuck neck among goods whose supplier the table names; where there is
    none, the input with the largest reliance on one supplier through all tiers; and where the
    table names no supplier, the input of which most is imported.

    Parameters
    ----------
    flows : Flows
        The table.
    home : Home
        Whose input.
    necks : StuckNecks
        The weak links of home.
    nation : str or sequence of str, optional
        How the nation around home was asked for: a supplier outside it delivers to none of it.
    """
    frame = necks.table()
    goods = frame[frame["product_class"].isin(GOODS) & (frame["imported_share"] > 0.0)]
    named = goods[(goods["top_supplier"] != "") & ~goods["top_supplier"].isin(flows.composite)]
    stuck = named[named["finding"] == "stuck neck"]
    if len(stuck):
        return _embargo(flows, home, nation, stuck.iloc[0], "stress_why_neck")
    if len(named):
        order = named["exposure_look_through"].fillna(named["exposure_direct"])
        return _embargo(
            flows, home, nation, named.iloc[int(order.to_numpy().argmax())], "stress_why_reliance"
        )
    if not len(goods) or necks.names_suppliers:
        return None
    row = goods.iloc[int(goods["imported_share"].to_numpy().argmax())]
    return _embargo(flows, home, nation, row, "stress_why_imported")


def _embargo(
    flows: Flows, home: Home, nation: Regions | None, row: "pd.Series[Any]", reason: str
) -> Choice:
    """Return the cut of one product from one supplier to home, or to its nation."""
    supplier, product = str(row["top_supplier"]) or UNNAMED, str(row["product"])
    wide = nation is not None and supplier not in home.nation
    buyers = home.nation if wide else home.regions
    around = nation if isinstance(nation, str) or nation is None else "+".join(nation)
    names = {
        w.language: {
            "product": w.sector(flows, product),
            "supplier": w.region(flows, "" if supplier == UNNAMED else supplier),
            "home": w.place(around) if wide and around else w.home(home, flows),
            "weeks": round(EMBARGO_DAYS / 7.0),
        }
        for w in (Words("en"), Words("zh"))
    }
    cut = Blow(
        "supply_cut",
        regions=(supplier,),
        products=(product,),
        buyers=buyers,
        share=1.0,
        days=EMBARGO_DAYS,
    )
    shock = Shock(
        blows=(cut,),
        name_en=Words("en").say("stress_embargo_name", **names["en"]),
        name_zh=Words("zh").say("stress_embargo_name", **names["zh"]),
        source=Words("en").say("stress_source"),
    )
    told = {
        "user": str(row["sector"]),
        "product": product,
        "supplier": supplier,
        "imported": float(row["imported_share"]),
        "exposure": float(row["exposure_direct"]),
        "through": float(row["exposure_look_through"]),
    }
    return Choice("embargo", shock, reason, told)


def closure(flows: Flows, home: Home, dropped: DroppedChains) -> Choice | None:
    """Return four weeks without home's factories: None where home makes nothing.

    Of several regions all factories of the one whose factories make most; of one region its
    largest factory sector; in a table of one region the goods sector without which most output
    would be lost (the weight of the knock-out scan), where the scan knows it.

    Parameters
    ----------
    flows : Flows
        The table.
    home : Home
        Whose factories.
    dropped : DroppedChains
        The knock-out scan.
    """
    at = np.flatnonzero(home.mask(flows) & (flows.output > 0.0))
    sections = flows.nodes.section[at]
    kinds = np.array([sector_class(str(s)) for s in sections], dtype=object)
    for chosen in (sections == "C", kinds == "goods", np.ones(len(at), dtype=np.bool_)):
        if chosen.any():
            at = at[chosen]
            break
    else:
        return None
    output = flows.output[at]
    places = _places(flows)[at]
    if len(set(places)) > 1:
        sums = pd.Series(output).groupby(places, sort=False).sum()
        largest = str(sums.idxmax())
        share = float(sums[largest] / sums.sum())
        return _closure(flows, at[places == largest], largest, "stress_why_region", share)
    place, reason = str(places[0]), "stress_why_sector"
    sums = pd.Series(output).groupby(flows.nodes.sector[at], sort=False).sum()
    chosen_sector = int(sums.index[int(sums.to_numpy().argmax())])
    if len(flows.nodes.regions) == 1:
        central = _most_central(flows, dropped)
        if central is not None:
            chosen_sector, reason = central, "stress_why_central"
    hit = np.flatnonzero(home.mask(flows) & (flows.nodes.sector == chosen_sector))
    share = float(flows.output[hit].sum() / flows.output[home.mask(flows)].sum())
    return _closure(flows, hit, place, reason, share)


def _places(flows: Flows) -> npt.NDArray[np.object_]:
    """Return the region of each node, parts of a country such as CN1 being that country."""
    whole = {row["code"]: row["part_of"] for row in table("regions") if row["kind"] == "part"}
    names = [whole.get(code, code) for code in flows.nodes.regions.codes]
    return np.array(names, dtype=object)[flows.nodes.region]


def _most_central(flows: Flows, dropped: DroppedChains) -> int | None:
    """Return the goods sector at home whose extraction costs most, if the scan says so."""
    frame = dropped.table()
    made = frame["sector_class"].isin(("goods", "unclassified"))
    goods = frame[(frame["place"] == "home") & made]
    goods = goods[goods["loss_total"].notna()]
    if not len(goods):
        return None
    first = goods.iloc[int(goods["loss_total"].to_numpy().argmax())]
    return flows.nodes.sectors.place[str(first["sector"])]


def _closure(
    flows: Flows, nodes: npt.NDArray[np.intp], region: str, reason: str, share: float
) -> Choice:
    """Return the loss of all capacity of some nodes of one place."""
    codes = [flows.nodes.codes[i] for i in nodes]
    sectors = {flows.nodes.sectors.codes[int(flows.nodes.sector[i])] for i in nodes}
    sector = flows.nodes.sectors.codes[int(flows.nodes.sector[nodes[0]])]
    weeks = round(CLOSURE_DAYS / 7.0)
    key = "stress_closure_region_name" if len(sectors) > 1 else "stress_closure_name"
    names = {
        w.language: w.say(
            key,
            region=w.region(flows, region),
            sector=w.sector(flows, sector),
            count=len(sectors),
            weeks=weeks,
        )
        for w in (Words("en"), Words("zh"))
    }
    shut = Blow("capacity", nodes=tuple(codes), share=1.0, days=CLOSURE_DAYS)
    source = Words("en").say("stress_source")
    shock = Shock(blows=(shut,), name_en=names["en"], name_zh=names["zh"], source=source)
    told = {"region": region, "sector": sector, "share": share, "count": len(sectors)}
    return Choice("closure", shock, reason, told)


def given_shocks(paths: Sequence[str]) -> tuple[Choice, ...]:
    """Return the shocks in files, each by the name of its file.

    Parameters
    ----------
    paths : sequence of str
        TOML files.

    Raises
    ------
    ChainwrightError
        If one cannot be read.
    """
    made, taken = [], {"embargo", "closure"}
    for path in paths:
        key = stem = "".join(c if c.isalnum() or c in "-_" else "-" for c in Path(path).stem)
        number = 2
        while key in taken:
            key, number = f"{stem}-{number}", number + 1
        taken.add(key)
        made.append(Choice(key, Shock.read(path)))
    return tuple(made)
