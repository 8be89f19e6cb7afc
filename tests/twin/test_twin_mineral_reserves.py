"""Mineral reserves against a plain twin: every figure of all four tables."""

import numpy as np
import pandas as pd
import pytest

from chainwright import plan
from mineral_twin import Outages, Product, country_rows, product_row, release_rows, supplier_rows
from mineral_worlds import mineral_trade
from trades import rows_of_2024, trade_of

MEMBERS = (
    "AUT BEL BGR HRV CYP CZE DNK EST FIN FRA DEU GRC HUN IRL ITA LVA LTU LUX MLT NLD POL PRT ROU "
    "SVK SVN ESP SWE"
)
"""Of the European Union."""
SOME = ["260600", "280461", "810430", "720293", "283691", "811292", "811010"]


def same(found, plain):
    if isinstance(plain, str):
        return found == plain
    return (pd.isna(found) and pd.isna(plain)) or found == pytest.approx(plain, rel=1e-8, abs=1e-12)


def differences(found, flows, members, *, known=(), blocs=None):
    """Return what differs between the answer and the twin, as (table, row, column, ...)."""
    tables, told = found.tables(), {row["product"]: row for row in known}
    drawn = Outages(found.outages, len(found.draws), found.seed)
    pairs, products, held, drivers = [], {}, {}, {}

    def compare(table, key, row, plain):
        pairs.extend((table, key, c, row[c], v) for c, v in plain.items())

    for row in tables["mineral_reserves"].to_dict("records"):
        code = row["product"]
        some = flows[flows["product"] == code]
        p = Product(some, members, drawn, found.replacement, known=told.get(code), blocs=blocs)
        if row["standing"] in {"not_known", "not_imported"}:
            assert p.imports == 0.0
            continue
        plain = product_row(p, found.costs, rule=found.rule, level=found.level)
        products[code], held[code], drivers[code] = p, plain.pop("held"), plain["driver"]
        compare("products", code, row, plain)
    for row in tables["mineral_reserves_suppliers"].to_dict("records"):
        key = row["product"], row["supplier"]
        compare("suppliers", key, row, supplier_rows(products[key[0]])[key[1]])
    every = sum(len(p.countries) for p in products.values())
    assert len(tables["mineral_reserves_suppliers"]) == every
    countries = country_rows(products, held)
    assert set(tables["mineral_reserves_countries"]["country"]) == set(countries)
    for row in tables["mineral_reserves_countries"].to_dict("records"):
        compare("countries", row["country"], row, countries[row["country"]])
    released = tables["mineral_reserves_release"]
    assert set(released["product"]) == {c for c in products if held[c] > 0 and drivers[c]}
    for code, part in released.groupby("product"):
        plain = release_rows(products[code], drivers[code], held[code], found.release)
        assert len(part) == len(plain)
        for row in part.to_dict("records"):
            compare("release", (code, row["rule"]), row, plain[row["rule"]])
    return [pair for pair in pairs if not same(*pair[3:])]


@pytest.mark.parametrize(
    ("home", "members", "rule"),
    [
        ("JPN", ["JPN"], "quantile"),
        ("CHN", ["CHN"], "economic"),
        ("EU27", MEMBERS.split(), "quantile"),
    ],
)
def test_every_figure_of_the_materials_of_2024_is_what_the_words_say(home, members, rule):
    flows = rows_of_2024()
    flows = flows[flows["product"].isin(SOME)]
    system = trade_of({2024: flows}, quantity_unit="t")
    found = plan.mineral_reserves(system, home, draws=60, seed=3, rule=rule)
    assert len(found.table()) == flows["product"].nunique() >= 5
    assert differences(found, flows, members) == []


def made_up(rng):
    """Return random trade in three goods, some of whose quantities are not known."""
    places = ["AUS", "BRA", "CHL", "COD", "JPN", "KOR", "PER", "ZAF"]
    rows = [
        (a, b, code, float(rng.integers(1, 1000)), rng.uniform(1, 100))
        for code in ("tin", "ore", "salt")
        for a in places
        for b in places
        if a != b and rng.random() < 0.5
    ]
    unknown = [(*row[:4], np.nan if rng.random() < 0.1 else row[4]) for row in rows]
    return unknown, pd.DataFrame(
        unknown, columns=["exporter", "importer", "product", "value", "quantity"]
    )


def known_use(rng, flows):
    """Return what is known of the use of two of them; stocks may be more than any rule wants."""
    rows = []
    for code in ("tin", "ore"):
        some = flows[(flows["product"] == code) & (flows["importer"] == "JPN")]
        imports = some["quantity"].sum()
        if imports:
            row = {"product": code, "consumption": imports * rng.choice([0.7, 1, 1.3])}
            row |= {"home_production": imports * 0.1, "recycling": imports * 0.1, "price": 7.0}
            row |= {"stocks": imports * rng.choice([0, 0.02, 0.2]), "spoilage_per_year": 0.2}
            row |= {"penalty": float(rng.choice([2, 30])), "alternates_low": 0.0}
            row |= {"alternates_high": 0.1, "substitution_low": 0.1, "substitution_high": 0.3}
            rows.append(row)
    return rows


@pytest.mark.parametrize("rule", ["quantile", "economic"])
@pytest.mark.parametrize("seed", range(4))
def test_every_figure_of_random_trade_is_what_the_words_say(seed, rule):
    rng = np.random.default_rng(seed)
    rows, flows = made_up(rng)
    known = known_use(rng, flows) if seed % 2 else []
    blocs = {"AUS": "AUS+BRA", "BRA": "AUS+BRA"} if seed > 1 else {}
    found = plan.mineral_reserves(
        mineral_trade(rows),
        "JPN",
        draws=90 if seed % 2 else 30,
        seed=seed,
        rule=rule,
        level=0.8,
        consumption=pd.DataFrame(known) if known else None,
        blocs=[("AUS", "BRA")] if blocs else (),
        outages=plan.OutageModel(rates={"CHL": 0.3, "COD": 0.0}),
        replacement=plan.Replacement(follow_world=seed != 2),
    )
    assert differences(found, flows, ["JPN"], known=known, blocs=blocs) == []


def test_stocks_beyond_what_the_rule_wants_are_told_to_be_used():
    rows, flows = made_up(np.random.default_rng(7))
    week = flows[(flows["product"] == "tin") & (flows["importer"] == "JPN")]["quantity"].sum() / 52
    use = {
        "product": "tin",
        "consumption": week * 52,
        "stocks": week * 6,
        "penalty": 2.0,
        "price": 7.0,
    }
    found = plan.mineral_reserves(
        mineral_trade(rows), "JPN", draws=200, rule="economic", consumption=pd.DataFrame([use])
    )
    row = found.table().set_index("product").loc["tin"]
    assert row["reserve"] == 0.0 < row["economic_weeks"] + row["shortage_weeks"]
    assert row["shortage_weeks_left"] == row["shortage_weeks"]
    assert row["chance_left"] == row["chance_of_shortage"]
