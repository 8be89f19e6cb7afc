"""What firms hold ready against a plain twin: every figure of the tables of `run_firms`."""

import numpy as np
import pytest

from chainwright import System, stress
from chainwright.stress import Blow, InventoryModel, Shock
from chainwright.system import Safeguard
from firm_safeguard_twin import PlainFirms

DAYS = 30


def random_guards(rng, links, hit, product):
    """Return what is held ready on random firms, regions and sectors; some words are both."""
    regions, sectors, codes = links.regions.codes, links.sectors.codes, links.axis.codes
    words = [*regions, *sectors, *hit, *codes]

    def word():
        return str(rng.choice(words))

    return [
        Safeguard("a", "reserve", (regions[0],), 1.0, product, after_days=3, hold_back=0.2),
        Safeguard("b", "reserve", (regions[1],), rng.uniform(0.2, 2), product),
        Safeguard("c", "backup_capacity", (hit[0], regions[1]), 0.3, after_days=4),
        Safeguard("d", "strengthen", (hit[1],), 0.2),
        Safeguard("e", "stabilise", (hit[2], word()), 0.5),
        Safeguard("f", "stabilise", (regions[1],), 0.2),
        Safeguard("g", "backup_capacity", (word(), word()), rng.uniform(0, 0.4)),
    ]


def compared(found, twin, end):
    """Return pairs of figures of one end as (where, column, told, plain)."""
    tables, rest = found.tables(), sum(twin.x)
    rows = twin.rows()
    for row in tables["firm_run"].query("end == @end and level == 'firm'").to_dict("records"):
        yield from ((row["firm"], c, row[c], v) for c, v in rows[row["firm"]].items())
    for level in ("all", "region", "sector"):
        told = tables["firm_run"].query("end == @end and level == @level").to_dict("records")
        assert told
        for row in told:
            some = [r for r in rows.values() if level == "all" or r[level] == row[level]]
            for c in ("output_lost", "direct_lost", "value_added_lost", "unmet_final"):
                yield row[level] if level != "all" else "", c, row[c], sum(r[c] for r in some)
    days = tables["firm_run_by_day"].query("end == @end and level == 'all'")
    yield "", "output_share", days["output_share"].to_numpy(), twin.made.sum(axis=1) / rest
    yield "", "output_lost", days["output_lost"].to_numpy(), rest - twin.made.sum(axis=1)
    yield "", "unmet_final", days["unmet_final"].to_numpy(), twin.unmet.sum(axis=1)
    for row in (
        tables.get("stress_safeguards", days.head(0)).query("end == @end").to_dict("records")
    ):
        key = row["safeguard"], row["users"] if row["kind"] == "reserve" else None
        if row["kind"] == "stabilise":
            assert np.isnan(row["held"])
            assert row["reason_en"].startswith("It keeps part of the blow off")
            continue
        used = twin.used[key]
        share = used["released"] / used["held"] if used["held"] else np.nan
        yield key, "held", row["held"], used["held"]
        yield key, "released", row["released"], used["released"]
        yield key, "used_share", row["used_share"], share
        yield key, "first_day", row["first_day"], min(used["days"], default=np.nan)
        yield key, "last_day", row["last_day"], max(used["days"], default=np.nan)


def same(told, plain, scale):
    if isinstance(plain, str):
        return told == plain
    return told == pytest.approx(plain, rel=1e-7, abs=1e-9 * scale, nan_ok=True)


@pytest.mark.parametrize(("seed", "stock"), [(0, 6.0), (1, 3.0), (2, 12.0), (None, 6.0)])
def test_every_figure_of_a_run_of_firms_is_what_the_words_say(seed, stock):
    system = System.demo("firms", firms=60, links=200)
    links, rng = system.links, np.random.default_rng(seed)
    codes = list(links.axis.codes)
    hit = tuple(codes[i] for i in np.argsort(-np.asarray(links.sales))[:5])
    product = links.sectors.codes[links.sector[codes.index(hit[0])]]
    guards = [] if seed is None else random_guards(rng, links, hit, product)
    assert set(links.regions.codes) & set(links.sectors.codes)
    ready = system.with_safeguards(*guards) if guards else system
    shock = Shock((Blow("capacity", firms=hit, share=0.9, start_day=2, days=14),))
    model = InventoryModel(rationing="proportional", stock_days=stock)
    found = stress.run_firms(ready, shock, days=DAYS, model=model)
    for end in ("market", "suppliers"):
        twin = PlainFirms(links, guards, stock=stock, market=end == "market")
        lost = np.zeros((DAYS, twin.n))
        lost[2:16, [codes.index(firm) for firm in hit]] = 0.9
        twin.run(lost, 2)
        scale = max(twin.x)
        pairs = list(compared(found, twin, end))
        assert [pair for pair in pairs if not same(*pair[2:], scale)] == []
