"""Measures proposed from a maker's own data, with costs as ranges where nobody quoted one."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.diagnose.maker.affected import reached
from chainwright.diagnose.maker.outage_programme import OutageProgramme
from chainwright.diagnose.maker.stock_left import stock_left
from chainwright.params import table
from chainwright.plan.maker.gaps import Gaps
from chainwright.plan.maker.item_values import item_values
from chainwright.plan.maker.measure_costs import MeasureCosts, cost_range
from chainwright.plan.maker.measures import Measures, of_frame
from chainwright.system import Maker
from chainwright.tables import schema

__all__ = ["proposed_measures"]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Row = dict[str, object]

WEEKS = 52.0
"""Weeks of a year."""


def proposed_measures(
    maker: Maker, programme: OutageProgramme, gaps: Gaps, *, costs: MeasureCosts | None = None
) -> Measures:
    """Return measures against some gaps, from the maker's own tables.

    Extra stock of every item that a gap touches, up to the products; each alternate of an item
    whose supply falls short, called when the outage comes (`second_source`) or qualified now
    (`prequalified`), of which one is taken at most; a line that stands idle elsewhere for each
    item that a gap stops. What costs money and is worth nothing known is left out.

    Costs are ranges of ``chainwright.params.table("measure_costs")`` and marked as assumptions,
    except the cost of qualifying where ``alternates.csv`` gives it. Stock costs its holding rate
    a year, which has the interest on the purchase, so nothing is charged once. That an alternate
    is dearer is not counted: it delivers in an outage only. Qualifying a source that is called is
    paid when the outage comes, and not in its yearly cost.

    Parameters
    ----------
    maker : Maker
        The chain.
    programme : OutageProgramme
        Of the chain.
    gaps : Gaps
        Outages that are to be covered.
    costs : MeasureCosts, optional
        Interest, years of life, delays that are assumed.
    """
    chosen = costs or MeasureCosts()
    touched, short, stopped = _items(programme, gaps)
    value = item_values(maker)
    rows = [
        *_stocks(maker, touched, value),
        *_alternates(maker, short, value, chosen),
        *_lines(maker, stopped, value, chosen),
    ]
    columns = [c.column for c in schema("maker_measures")]
    frame = pd.DataFrame(rows, columns=columns, dtype=object)
    for column in schema("maker_measures"):
        held = frame[column.column]
        if column.type == "float":
            frame[column.column] = held.astype(np.float64)
        else:
            frame[column.column] = held.fillna("").astype("str")
    frame = frame.sort_values("measure", kind="stable", ignore_index=True)
    return of_frame(frame, maker, chosen)


def _items(programme: OutageProgramme, gaps: Gaps) -> tuple[Bools, Bools, Bools]:
    """Return the items that some gap touches, that fall short in one, that it stops itself."""
    network = programme.network
    touched, short, stopped = (np.zeros(len(network.items), dtype=np.bool_) for _ in range(3))
    for g in range(len(gaps)):
        down = gaps.down[g]
        stock = stock_left(network, down, programme.stock_at_node, gaps.sites[g])
        lasts = programme.weeks_of_groups(down, stock)
        pressed = programme.pressed(down, float(gaps.weeks[g]), stock, lasts)
        found = reached(programme.coupling, pressed)
        touched |= found.items
        short |= found.pressed
        stopped[network.node_item[down]] = True
    return touched, short, stopped & short


def _told(*keys: str) -> str:
    """Return where ranges come from."""
    rows = [next(r for r in table("measure_costs") if r["key"] == key) for key in keys]
    return "; ".join(f"{r['key']} {r['low']}-{r['high']}: {r['source']}, {r['date']}" for r in rows)


def _stocks(maker: Maker, touched: Bools, value: Floats) -> Iterator[Row]:
    low, high = cost_range("holding")
    source = _told("holding")
    network = maker.network
    for i in np.flatnonzero(touched & (network.requirement > 0.0) & np.isfinite(value)):
        item = network.items.codes[i]
        yield {
            "measure": f"stock:{item}",
            "kind": "stock",
            "item": item,
            "yearly_low": low * value[i],
            "yearly_high": high * value[i],
            "mark": "assumption",
            "source": source,
        }


def _alternates(maker: Maker, short: Bools, value: Floats, costs: MeasureCosts) -> Iterator[Row]:
    network = maker.network
    qualifying, keeping = cost_range("qualifying"), cost_range("keeping")
    calling = cost_range("calling")
    for row in maker.tables["alternates"].to_dict("records"):
        item, supplier, site = str(row["item"]), str(row["supplier"]), str(row["site"])
        i = network.items.place[item]
        if not short[i]:
            continue
        given = np.array([row["fixed_cost_low"], row["fixed_cost_high"]], dtype=np.float64)
        quoted = bool(np.isfinite(given).any())
        known = given[np.isfinite(given)]
        bought = network.requirement[i] * value[i] * WEEKS
        once = np.array([known.min(), known.max()]) if quoted else np.array(qualifying) * bought
        weeks, capacity = float(row["qualify_weeks"]), float(row["capacity_per_week"])
        if np.isnan(once).any() or capacity == 0.0:
            continue
        place = ":".join(word for word in (item, supplier, site) if word)
        need = network.requirement[i] * costs.backup_share
        both: Row = {
            "item": item,
            "supplier": supplier,
            "site": site,
            "capacity_per_week": need if np.isnan(capacity) else capacity,
            "one_of": place,
        }
        weeks = costs.qualify_weeks if np.isnan(weeks) else weeks
        yield both | {
            "measure": f"call:{place}",
            "kind": "second_source",
            "weeks": weeks,
            "yearly_low": calling[0] * once[0],
            "yearly_high": calling[1] * once[1],
            "mark": "assumption",
            "source": _told("calling") if quoted else _told("calling", "qualifying"),
        }
        if weeks > 0.0:
            yield both | {
                "measure": f"ready:{place}",
                "kind": "prequalified",
                "weeks": 0.0,
                "once_low": once[0],
                "once_high": once[1],
                "yearly_low": np.nan if quoted else keeping[0] * once[0],
                "yearly_high": np.nan if quoted else keeping[1] * once[1],
                "mark": "quoted" if quoted else "assumption",
                "source": "alternates.csv" if quoted else _told("qualifying", "keeping"),
            }


def _lines(maker: Maker, stopped: Bools, value: Floats, costs: MeasureCosts) -> Iterator[Row]:
    network = maker.network
    capital, upkeep = cost_range("line_capital"), cost_range("line_upkeep")
    source = _told("line_capital", "line_upkeep")
    for i in np.flatnonzero(stopped & np.isfinite(value)):
        item = network.items.codes[i]
        capacity = network.requirement[i] * costs.backup_share
        worth = capacity * value[i] * WEEKS
        yield {
            "measure": f"line:{item}",
            "kind": "backup_line",
            "item": item,
            "capacity_per_week": capacity,
            "weeks": costs.switch_weeks,
            "once_low": capital[0] * worth,
            "once_high": capital[1] * worth,
            "yearly_low": upkeep[0] * capital[0] * worth,
            "yearly_high": upkeep[1] * capital[1] * worth,
            "mark": "assumption",
            "source": source,
        }
