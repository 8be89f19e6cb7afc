"""What every answer promises: its schema's columns, its question, files that hold all of it."""

import inspect
import json
import pkgutil
from dataclasses import FrozenInstanceError
from functools import cache
from importlib import import_module

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from matplotlib.figure import Figure

import chainwright
from chainmaps import mapped, surveyed
from chainwright import accounts, carbon, diagnose, plan, stress
from chainwright.errors import ParameterError
from chainwright.report import glance, suppliers, trees
from chainwright.report.maker.product_list import product_list
from chainwright.report.maker.site_list import site_list
from chainwright.stress import Blow, Shock
from chainwright.system import Chains, Home, Result, System, unknown_firms
from chainwright.system.audited import audited
from chainwright.system.class_search import class_bridge, class_search
from chainwright.tables import read_origin, schema
from event_logs import START, event_log
from product_chains import spread, steelworks
from stage_twins import diamond
from store_worlds import store_answers
from toy_makers import two_products
from trades import traded
from worlds import national, world

HOME = "R0"


def small_nation():
    return System.demo("firms", firms=60, links=240)


def lifted_from(system):
    links = system.links
    table = world(3)
    nodes = table.flows.nodes
    joined = table.joined(system)
    return stress.lifted(
        joined,
        np.linspace(0.0, 1.0, links.n),
        regions=dict.fromkeys(links.regions.codes, nodes.regions.codes[0]),
        sectors=dict.fromkeys(links.sectors.codes, nodes.sectors.codes[0]),
    )


def suppliers_of_home(system, home):
    necks = diagnose.stuck_necks(system, home=home).table()
    return suppliers.suppliers_of(
        glance.at_a_glance(system, home=Home.of(system.flows, home)), necks
    )


def with_chains(system):
    return system.joined(System(chains=Chains.ours()))


def shut(node, share=0.5, kind="capacity"):
    return Shock((Blow(kind, nodes=node, share=share, start_day=1, days=5),))


def uncertain(table_cv=0.0):
    size = stress.UncertainInput(input="size_factor", form="range", low=0.4, high=1.2)
    psi = stress.UncertainInput(input="psi", form="normal", mean=0.8, sd=0.1, high=1.0)
    return stress.Uncertainty((size, psi), table_cv=table_cv)


def embargoed(region):
    """Return a shock that cuts all deliveries of a region to the others."""
    return Shock((Blow("supply_cut", regions=region, share=1.0, start_day=1, days=5),))


def offers():
    """Return two measures of repair against an embargo by R1."""
    cost = {"once_low": 0.0, "once_high": 0.0, "yearly_low": 1.0, "yearly_high": 2.0}
    return plan.RepairMeasures(
        (
            plan.RepairMeasure("weeks", "reserve", (HOME,), 2.0, product="s1", **cost),
            plan.RepairMeasure("other", "second_source", (HOME,), 0.5, product="s0", **cost),
        )
    )


@cache
def a_city():
    return System.demo("city", firms=40, months=14)


@cache
def coded(system):
    """Return the account of a city, and its rating."""
    found = carbon.account(system)
    return found, carbon.rate(found)


def issued(rating, readings):
    key, salt = carbon.SigningKey.made("a bureau"), carbon.SaltKey(bytes(32))
    return carbon.issue(rating, readings, key, salt=salt, firms=rating.firms[:3])


QUESTIONS = {
    "audited": audited,
    "class_search": lambda s: class_search(s, "锂"),
    "class_bridge": lambda s: class_bridge(s, "3841", "ISIC4"),
    "emission_factors": carbon.emission_factors,
    "emission_factors of a set": lambda s: carbon.emission_factors(s, "cbam", item="diesel"),
    "node_accounts": accounts.node_accounts,
    "stressor_accounts": accounts.stressor_accounts,
    "plan": accounts.plan,
    "position": accounts.position,
    "trade_in_value_added": accounts.trade_in_value_added,
    "export_split": accounts.export_split,
    "footprint": accounts.footprint,
    "footprint of CO2 at home": lambda s: accounts.footprint(s, of="CO2", home=HOME),
    "reliance": accounts.reliance,
    "reliance of home": lambda s: accounts.reliance(s, home=HOME, nation=["R0", "R1"]),
    "product_origin": lambda s: accounts.product_origin(s, "R0:s1"),
    "prices": lambda s: accounts.prices(s, {"R0:s1": 0.1}),
    "ghosh": lambda s: accounts.ghosh(s, {"R0:s1": 0.1}),
    "paths": lambda s: accounts.paths(s, root="R0:s1", threshold=1e-2),
    "chain": lambda s: diagnose.chain(with_chains(s), "advanced-chips", home="CHN"),
    "localisation": lambda s: diagnose.localisation(
        with_chains(s), "lithium-ion-battery", home="CHN"
    ),
    "decomposition": lambda s: accounts.decomposition(world(5, year=2015), s),
    "extraction": accounts.extraction,
    "extraction at home": lambda s: accounts.extraction(s, home=HOME),
    "region_extraction": lambda s: accounts.region_extraction(s, HOME),
    "embargo": lambda s: accounts.embargo(s, "R0:s1", users="R1"),
    "embargo_scan": accounts.embargo_scan,
    "inoperability": lambda s: stress.inoperability(s, shut("R0:s1"), days=20, recovery_days=6),
    "inoperability at rest": lambda s: stress.inoperability(
        s, shut("R0:s1"), course="static", mode="supply", days=20
    ),
    "inoperability of demand": lambda s: stress.inoperability(
        s, shut("R0:s1", kind="demand_drop"), days=9
    ),
    "recovery": lambda s: stress.inoperability(s, shut("R1:s0"), course="recovery", days=9),
    "interdependency": stress.interdependency,
    "partially_binding": lambda s: stress.partially_binding(s, shut("R0:s1"), days=20),
    "partially_binding by origin": lambda s: stress.partially_binding(
        s,
        shut("R0:s1", 1.0),
        days=20,
        stock_days=2.0,
        model=stress.BindingModel(kind="leontief", pooling="origin", rationing="orders_first"),
    ),
    "ensemble": lambda s: stress.ensemble(
        s, shut("R0:s1"), draws=5, days=9, uncertain=uncertain(table_cv=0.1)
    ),
    "ensemble of one": lambda s: stress.ensemble(s, shut("R1:s0"), draws=1, days=4),
    "sensitivity": lambda s: stress.sensitivity(
        s, shut("R0:s1"), uncertain=uncertain(), days=9, trajectories=3
    ),
    "run under stress": lambda s: stress.run(s, shut("R1:s0"), days=8),
    "run of a cut": lambda s: stress.run(s, embargoed(HOME), days=12, elasticity=2.0),
    "resume": lambda s: plan.resume(s, shut("R1:s0", 0.7), capacity=1, days=20),
    "resume of a cut, nothing in part": lambda s: plan.resume(
        s, shut(("R0:s1", "R1:s0")) + embargoed(HOME), per_day=0.1, days=20, in_part=False
    ),
    "comparison under stress": lambda s: stress.compare(
        stress.run(s, shut("R1:s0"), days=8), stress.run(s, shut("R0:s1"), days=8)
    ),
    "scan": stress.scan,
    "scan of links": lambda s: stress.scan(s, of="links", home=HOME, share_above=0.0),
    "scan of pairs": lambda s: stress.scan(s, of="pairs", top=7),
    "scan of regions": lambda s: stress.scan(s, of="regions"),
    "worst scan": lambda s: stress.scan(s, of="worst", k=3),
    "scan with inventories": lambda s: stress.scan(
        s, engine="inventories", of="pairs", shortlist=3, horizon=9, among=HOME
    ),
    "repair": lambda s: plan.repair(
        s, embargoed("R1"), budget=50.0, measures=offers(), home=HOME, days=12, corners=2
    ),
    "repair_frontier": lambda s: plan.repair_frontier(
        s, embargoed("R1"), budgets=3, measures=offers(), home=HOME, days=12
    ),
    "stuck_necks": lambda s: diagnose.stuck_necks(s, home=HOME),
    "dropped_chains": diagnose.dropped_chains,
    "long_plates": lambda s: diagnose.long_plates(s, home=HOME),
    "assessment": lambda s: diagnose.assessment(s, home=HOME, draws=3),
    "assessment of years": lambda s: diagnose.assessment(
        {2015: world(5, year=2015), 2020: s}, home=HOME
    ),
    "glance": lambda s: glance.at_a_glance(s, home=Home.of(s.flows, HOME)),
    "suppliers": lambda s: suppliers_of_home(s, HOME),
    "supply_trees": lambda s: trees.supply_trees(
        s, home=Home.of(s.flows, HOME), sectors=["s0", "s1"]
    ),
}

IN_A_NATION = {
    "audited": audited,
    "node_accounts": accounts.node_accounts,
    "position": accounts.position,
    "trade_in_value_added": accounts.trade_in_value_added,
    "footprint": accounts.footprint,
    "reliance": accounts.reliance,
    "product_origin": lambda s: accounts.product_origin(s, "N:s1"),
    "extraction": accounts.extraction,
    "inoperability": lambda s: stress.inoperability(s, shut("N:s1"), days=9),
    "interdependency": lambda s: stress.interdependency(s, mode="supply"),
    "partially_binding": lambda s: stress.partially_binding(s, shut("N:s1"), days=9),
    "ensemble": lambda s: stress.ensemble(
        s, shut("N:s1"), draws=3, days=9, uncertain=uncertain(), end="by_origin"
    ),
    "sensitivity": lambda s: stress.sensitivity(
        s, shut("N:s1"), uncertain=uncertain(), days=9, trajectories=2, measure="lost_days"
    ),
    "scan": stress.scan,
    "scan with inventories": lambda s: stress.scan(s, engine="inventories", horizon=9),
    "stuck_necks": lambda s: diagnose.stuck_necks(s, home="N"),
    "dropped_chains": diagnose.dropped_chains,
    "long_plates": lambda s: diagnose.long_plates(s, home="N"),
    "assessment": lambda s: diagnose.assessment(s, home="N"),
    "suppliers": lambda s: suppliers_of_home(s, "N"),
}

PRODUCTION = pd.DataFrame(
    [
        (place, product, year, 40.0, "t")
        for place in ("P01", "P02", "P03")
        for product in ("000000", "000001")
        for year in (2019, 2020, 2021, 2022)
    ],
    columns=["place", "product", "year", "quantity", "unit"],
)
USES = pd.DataFrame({"product": ["000000"], "consumption": [900.0], "stocks": [4.0]})
GOVERNANCE = pd.DataFrame({"place": [f"P{i:02d}" for i in range(6)], "score": np.arange(6.0)})

ON_TRADE = {
    "trade_dependence": lambda s: diagnose.trade_dependence(s, blocs=["P00+P01"]),
    "trade_dependence of countries": lambda s: diagnose.trade_dependence(s, year=2021, blocs=[]),
    "lasting_dependence": lambda s: diagnose.lasting_dependence(s, blocs=["P00+P01"], floor=1.0),
    "dependence": lambda s: diagnose.dependence(s, home="P02", blocs=["P00+P01"]),
    "dependence of a bloc": lambda s: diagnose.dependence(s, home="P00+P01", floor=20.0),
    "dependence in one year": lambda s: diagnose.dependence(s, home="P03", years=2021),
    "complexity": diagnose.complexity,
    "complexity by reflections": lambda s: diagnose.complexity(
        s, convention="r", method="reflections", filter={"min_share": 0.1}
    ),
    "complexity_years": diagnose.complexity_years,
    "opportunities": lambda s: diagnose.opportunities(s, place="P00"),
    "quality_gap": lambda s: diagnose.quality_gap(s, home="P00+P01"),
    "import_surge": lambda s: diagnose.import_surge(s, home="P02", production=PRODUCTION),
    "mutual_dependence": lambda s: diagnose.mutual_dependence(s, home="P00", blocs=["P01+P02"]),
    "import_exposure": lambda s: diagnose.import_exposure(s, PRODUCTION, home="P02"),
    "supply_risk": lambda s: diagnose.supply_risk(s, PRODUCTION, GOVERNANCE, home="P02"),
    "mineral_reserves": lambda s: plan.mineral_reserves(s, "P02", draws=60),
    "mineral_reserves by cost": lambda s: plan.mineral_reserves(
        s, "P00+P01", draws=9, rule="economic", consumption=USES, floor=20.0
    ),
}
"""Questions about trade in products; `traded` is four years of it among six places."""

ON_CHAINS = {"unknown_firms": unknown_firms, "survey_answers": surveyed}


def fire():
    log = event_log("A1", "B")
    log.confirm("B", weeks=(3.0, 4.0, 6.0), by="Wang", at=START)
    log.clear("A1", by="Zhao", at=START)
    return log


ON_A_MAKER = {
    "single_sources": diagnose.single_sources,
    "product_list": product_list,
    "site_list": site_list,
    "common_suppliers": diagnose.common_suppliers,
    "common_suppliers by country": lambda s: diagnose.common_suppliers(s, by="place"),
    "concentration": diagnose.concentration,
    "supplier_tiers": lambda s: diagnose.supplier_tiers(s, chains=["lithium-ion-battery"]),
    "survival": diagnose.survival,
    "survival of countries, stock lost": lambda s: diagnose.survival(
        s, by="place", outages=(1.5, 3), weight="output", stock_at_node="lost"
    ),
    "survival week by week": lambda s: diagnose.survival(s, of=["A1"], lead_times="weekly"),
    "exposure": diagnose.exposure,
    "exposure by country": lambda s: diagnose.exposure(s, by="place", weight="output", top=1),
    "missing_data": diagnose.missing_data,
    "missing_data by region": lambda s: diagnose.missing_data(s, by="region", top=1),
    "mitigation": plan.mitigate,
    "mitigation of a budget": lambda s: plan.mitigate(s, budget=100.0, weight="output", corners=2),
    "mitigation_frontier": lambda s: plan.mitigation_frontier(s, points=3),
    "event_area": lambda s: plan.event_area(s, {"kind": "place", "codes": ["CHN"]}),
    "event": lambda s: plan.event(s, fire()),
    "event with potential sites": lambda s: plan.event(
        s, event_log("A1", "B"), scenario="potential", weight="output"
    ),
    "event of nothing": lambda s: plan.event(s, event_log()),
    "dispatch": lambda s: plan.dispatch(s, fire()),
    "dispatch of nothing": lambda s: plan.dispatch(s, event_log()),
    "event_timeline": lambda s: plan.event_timeline(s, fire()),
}
"""Questions about a maker's own chain; `two_products` is the one that is worked by hand."""

ON_FIRMS = {
    "systemic_risk": lambda s: stress.systemic_risk(s, tolerance=1e-5, sample=5),
    "cascade": lambda s: stress.cascade(s, list(s.links.axis.codes[:3])),
    "cascade of shares": lambda s: stress.cascade(s, {s.links.axis.codes[0]: 0.5}),
    "run of firms": lambda s: stress.run(
        s, Shock((Blow("capacity", firms="F01", share=1.0),)), days=9
    ),
    "lifted": lifted_from,
    "resume of firms": lambda s: plan.resume(
        s, Shock((Blow("capacity", firms=("F01", "F02"), share=1.0),)), capacity=1, days=20
    ),
}
"""Questions about links between firms; of a made-up network of 60 of them."""

ON_STAGES = {
    "safety_stock": lambda s: plan.safety_stock(s.stages),
    "safety_stock by chain": lambda s: plan.safety_stock(s.stages, pooling="exact").by_chain(),
}
"""Questions about networks of stages; the diamond is worked by hand."""

GOODS = pd.DataFrame(
    {"good": ["billets"], "cn_code": ["72071111"], "country": ["TUR"], "tonnes": [100.0]}
)

ON_CARBON = {
    "cbam": lambda goods: carbon.cbam(goods, year=2026, price=80.0),
}
"""Questions about carbon that bring tables of their own, and what they are asked of."""

ON_A_CITY = {
    "rating": lambda s: coded(s)[1],
    "rating without the firm itself": lambda s: carbon.rate(
        coded(s)[0], method="zj-2021-loo", months=["2026-09", "2026-10"]
    ),
    "city": lambda s: carbon.city(coded(s)[1]),
    "city of two months": lambda s: carbon.city(coded(s)[1], from_month="2026-09", top=1),
    "issued_codes": lambda s: issued(coded(s)[1], s.readings),
    "account": carbon.account,
    "account in windows": lambda s: carbon.account(s).rolling(12),
    "lines of an account": lambda s: carbon.account(s).lines(s.readings.firms[2], "2026-10"),
    "change of an account": lambda s: carbon.decompose(
        carbon.account(s), None, "2025-10", "2026-10", by="firms"
    ),
    "change by carriers": lambda s: carbon.decompose(
        carbon.account(s), s.readings.firms[3], "2025-10", "2026-10"
    ),
    "comparison of accounts": lambda s: carbon.compare_accounts(
        carbon.account(s), carbon.account(s, factors="ipcc-2006")
    ),
    "advice": lambda s: carbon.advise(*coded(s), s.readings.firms[1]),
    "next_grade": lambda s: carbon.next_grade(*coded(s), s.readings.firms[5]),
}
"""Questions about firms that report 39 kinds of data; of a made-up city of 40 of them."""

ON_PRODUCTS = {
    "footprints": carbon.footprints,
    "footprints with a declared one": lambda p: carbon.footprints(p, declared={"iron": 1.0}),
    "footprint of steel": lambda p: carbon.footprints(p).of("steel"),
    "change of a supplier": lambda p: carbon.footprints(p).changed(direct={"iron": 1.0}),
    "footprint_draws": lambda p: carbon.footprint_draws(p, 9),
    "steel_routes": lambda _: carbon.steel_routes("13"),
}
"""Questions about products and what goes into them; power, iron and steel are worked by hand."""

ON_A_STORE = {
    name: lambda s, name=name: store_answers()[name]
    for name in ("projects", "sums", "audit", "intakes", "revisions")
}
"""What a store of records says; of one with two firms and three projects."""

CASES = [
    *[(f"closed: {name}", ask, world(1)) for name, ask in QUESTIONS.items()],
    *[(f"idle: {name}", ask, world(2, idle=True)) for name, ask in QUESTIONS.items()],
    *[(f"nation: {name}", ask, national(3)) for name, ask in IN_A_NATION.items()],
    *[(f"trade: {name}", ask, traded(4)) for name, ask in ON_TRADE.items()],
    *[(f"chain: {name}", ask, mapped(5)) for name, ask in ON_CHAINS.items()],
    *[(f"maker: {name}", ask, two_products()) for name, ask in ON_A_MAKER.items()],
    *[(f"firms: {name}", ask, small_nation()) for name, ask in ON_FIRMS.items()],
    *[(f"stages: {name}", ask, plan.StageSystem(diamond())) for name, ask in ON_STAGES.items()],
    *[(f"city: {name}", ask, a_city()) for name, ask in ON_A_CITY.items()],
    *[(f"products: {name}", ask, spread(steelworks())) for name, ask in ON_PRODUCTS.items()],
    *[(f"store: {name}", ask, None) for name, ask in ON_A_STORE.items()],
    *[(f"carbon: {name}", ask, GOODS) for name, ask in ON_CARBON.items()],
]


@cache
def answered(case):
    """Return the answer of a case; each question is asked once for all tests of this file."""
    _, ask, system = CASES[case]
    return ask(system)


@pytest.fixture(scope="module", params=range(len(CASES)), ids=lambda case: CASES[case][0])
def answer(request):
    return answered(request.param)


def subclasses(cls):
    return {deep for child in cls.__subclasses__() for deep in (child, *subclasses(child))}


def test_every_kind_of_answer_is_tried_here():
    for module in pkgutil.walk_packages(chainwright.__path__, "chainwright."):
        import_module(module.name)
    ours = {c for c in subclasses(Result) if c.__module__.startswith("chainwright.")}
    tried = {type(answered(case)) for case in range(len(CASES))}
    assert ours - tried == set()


def test_the_columns_are_those_of_the_schema_in_its_order(answer):
    assert answer.name in answer.tables()
    for name, frame in answer.tables().items():
        assert list(frame.columns) == [c.column for c in schema(name)], name


KINDS = {
    "float": pd.api.types.is_float_dtype,
    "integer": lambda column: pd.api.types.is_integer_dtype(column.dropna().convert_dtypes()),
    "boolean": lambda column: pd.api.types.is_bool_dtype(column.dropna().convert_dtypes()),
    "string": lambda column: column.dropna().map(lambda cell: isinstance(cell, str)).all(),
}


def test_each_column_holds_what_its_schema_says(answer):
    for name, frame in answer.tables().items():
        for column in schema(name):
            held = frame[column.column]
            if not held.dropna().empty:
                assert KINDS[column.type](held), (name, column.column, held.dtype)


def test_no_number_is_infinite_and_the_same_question_gives_the_same_table(answer):
    again = answer.tables()
    for name, frame in answer.tables().items():
        assert not np.isinf(frame.select_dtypes("number").to_numpy(dtype=float)).any(), name
        pd.testing.assert_frame_equal(frame, again[name])


def test_each_number_has_a_unit_and_money_that_of_the_system(answer):
    for name in answer.tables():
        units = answer.units_of(name)
        for column in schema(name):
            assert (column.column in units) == (column.type in {"float", "integer"})
            assert units.get(column.column) != "money"
    assert answer.units == answer.units_of(answer.name)


def test_the_question_is_kept_as_json(answer):
    kept = json.loads(json.dumps(answer.origin))
    assert kept["parameters"] == json.loads(json.dumps(answer.parameters))
    assert kept["chainwright"] == chainwright.__version__
    assert kept["system"]
    assert answer.system.has


@pytest.mark.parametrize("format", ["csv", "json", "parquet"])
def test_what_is_saved_can_be_read_back_in_full(answer, format, tmp_path):
    tables = answer.tables()
    if len(tables) == 1:
        answer.save(tmp_path / f"{answer.name}.{format}", format=format)
    else:
        answer.save(tmp_path, format=format)
    for name, frame in tables.items():
        path = tmp_path / f"{name}.{format}"
        note = read_origin(path)
        assert note["columns"] == list(frame.columns)
        assert note["units"] == answer.units_of(name)
        back = read_back(path, format)
        assert list(back.columns) == list(frame.columns) or frame.empty
        for column in (c.column for c in schema(name) if c.type == "float" and not frame.empty):
            given = frame[column].to_numpy(dtype=float)
            np.testing.assert_array_equal(back[column].to_numpy(dtype=float), given)


def read_back(path, format):
    if format == "csv":
        return pd.read_csv(path, keep_default_na=False, na_values=[""])
    if format == "json":
        return pd.DataFrame(json.loads(path.read_text("utf-8")))
    return pq.read_table(path).to_pandas()


def test_an_answer_is_frozen_and_shows_itself(answer):
    with pytest.raises(FrozenInstanceError):
        answer.system = None
    assert type(answer).__name__ in repr(answer)
    assert "<table" in answer._repr_html_()


def test_what_can_be_drawn_is_a_figure(answer):
    assert not [p for p in inspect.signature(answer.plot).parameters.values() if needed(p)]
    if type(answer).plot is Result.plot and not answer.charted:
        with pytest.raises(ParameterError, match="an answer that ranks its rows by a number"):
            answer.plot()
    else:
        assert isinstance(answer.plot(), Figure)
        assert not answer.charted or answer.charted in answer.table().columns


def needed(parameter):
    return parameter.default is parameter.empty and parameter.kind is not parameter.VAR_KEYWORD
