"""Every account on any table: parameters, float32, charts, memory, laws by brute force."""

import json
from dataclasses import replace
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pytest

from chainwright import System, accounts, diagnose
from chainwright.accounts import workplan
from chainwright.errors import MissingPartError, ParameterError, UnknownCodeError
from worlds import competitive, dense, national, world


def single(system):
    """The same system in float32."""
    flows = system.flows
    parts = {
        name: part and replace(part, matrix=np.float32(part.matrix), final=np.float32(part.final))
        for name, part in (("imports", flows.imports), ("stressors", flows.stressors))
    }
    small = {n: np.float32(getattr(flows, n)) for n in ("matrix", "final", "value_added")}
    return System(replace(flows, **small, **parts))


ASK = {
    "node_accounts": accounts.node_accounts,
    "stressor_accounts": accounts.stressor_accounts,
    "position": accounts.position,
    "trade_in_value_added": accounts.trade_in_value_added,
    "export_split": accounts.export_split,
    "footprint": accounts.footprint,
    "footprint of CO2": lambda s: accounts.footprint(s, of="CO2", home="R0"),
    "reliance": lambda s: accounts.reliance(s, home="R0", nation="R0+R1"),
    "product_origin": lambda s: accounts.product_origin(s, "R0:s1"),
    "prices": lambda s: accounts.prices(s, {"R0:s1": 0.1}),
    "ghosh": lambda s: accounts.ghosh(s, {"R0:s1": 0.1}),
    "paths": lambda s: accounts.paths(s, root="R0:s1", threshold=1e-2),
    "decomposition": lambda s: accounts.decomposition(single(world(5, year=2015)), s),
    "extraction": lambda s: accounts.extraction(s, home="R0"),
    "region_extraction": lambda s: accounts.region_extraction(s, "R0"),
    "embargo": lambda s: accounts.embargo(s, "R0:s1", users="R1"),
    "embargo_scan": accounts.embargo_scan,
    "stuck_necks": lambda s: diagnose.stuck_necks(s, home="R0"),
    "dropped_chains": diagnose.dropped_chains,
    "long_plates": lambda s: diagnose.long_plates(s, home="R0"),
    "assessment": lambda s: diagnose.assessment(s, home="R0"),
}


KEYS = {
    "region", "sector", "product", "indicator", "supplier_region", "user_region",
    "origin_region", "effect", "stressor",
}  # fmt: skip


def keys_of(frame):
    words = frame.select_dtypes(exclude="number")
    return [c for c in words.columns if words[c].map(lambda cell: isinstance(cell, str)).all()]


@pytest.mark.parametrize("question", ASK)
def test_a_table_in_single_precision_gives_the_same_answer_to_six_digits(question):
    wide = world(1)
    if question == "decomposition":
        one = accounts.decomposition(world(5, year=2015), wide)
    else:
        one = ASK[question](wide)
    other = ASK[question](single(wide))
    for name, frame in one.tables().items():
        given, found = frame, other.tables()[name]
        keys = [c for c in keys_of(given) if c in KEYS]
        if not keys or given.duplicated(keys).any() or len(given) != len(found):
            continue  # ranks of equals may change places, which is no error
        given, found = (f.sort_values(keys, ignore_index=True) for f in (given, found))
        for column in given.select_dtypes("float"):
            if column.startswith(("rank", "tau", "hhi")):
                continue
            size = np.nan_to_num(np.abs(given[column])).max(initial=1.0)
            np.testing.assert_allclose(
                found[column], given[column], atol=2e-5 * size, err_msg=f"{name}.{column}"
            )


@pytest.mark.parametrize("question", ASK)
def test_parameters_and_origin_are_plain_and_complete(question):
    answer = ASK[question](world(1))
    assert json.loads(json.dumps(answer.parameters)) is not None
    origin = answer.origin
    assert origin["answer"] == type(answer).__name__
    assert origin["parameters"] == answer.parameters
    assert origin["system"]["flows"]["money"] == "million USD of 2020"
    assert set(origin) >= {"chainwright", "answer", "parameters", "system"}


@pytest.mark.parametrize("question", ASK)
def test_a_chart_has_a_title_labels_and_numbers_and_is_left_to_the_caller(question):
    answer = ASK[question](world(1))
    figure = answer.plot()
    axes = [a for a in figure.axes if a.get_visible()]
    words = [a.get_title(loc=loc) for a in axes for loc in ("left", "center", "right")]
    words.append(figure.get_suptitle())
    assert any(words), "no title"
    said = [figure.get_supxlabel(), figure.get_supylabel()]
    said += [word for a in axes for word in (a.get_xlabel(), a.get_ylabel())]
    assert any(said), "no axis says what it shows"
    assert any(a.has_data() for a in axes)
    assert not any("nan" in t.get_text().lower().split() for a in axes for t in a.texts)
    assert plt.get_fignums() == []  # nothing is left open in pyplot


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("regions", [2, 4])
def test_the_first_losses_are_those_of_a_table_without_the_node(seed, regions):
    system = world(seed, regions=regions, sectors=2)
    shares, _, x, v = dense(system)
    demand = system.flows.demand
    found = accounts.extraction(system, home="R0")
    own = system.flows.nodes.mask(regions=["R0"])
    for j in range(len(x)):
        kept = np.arange(len(x)) != j
        left = np.zeros(len(x))
        left[kept] = np.linalg.solve(np.eye(kept.sum()) - shares[np.ix_(kept, kept)], demand[kept])
        lost = x - left
        assert found.output_lost[j] == pytest.approx(lost.sum(), rel=1e-10)
        assert found.value_added_lost[j] == pytest.approx(v @ lost, rel=1e-10)
        assert found.home_output_lost[j] == pytest.approx(lost[own].sum(), rel=1e-10)


@pytest.mark.parametrize("seed", range(4))
def test_losses_without_regions_are_those_of_a_table_without_them(seed):
    system = world(seed, regions=4, sectors=2)
    shares, _, x, _ = dense(system)
    gone = system.flows.nodes.mask(regions=["R1", "R3"])
    left = np.linalg.solve(
        np.eye((~gone).sum()) - shares[np.ix_(~gone, ~gone)], system.flows.demand[~gone]
    )
    found = accounts.region_extraction(system, "R3+R1")
    np.testing.assert_allclose(found.output_lost[~gone], x[~gone] - left, rtol=1e-9)
    np.testing.assert_array_equal(found.output_lost[gone], x[gone])
    assert found.regions == ("R1", "R3")
    assert found.lost_elsewhere == pytest.approx((x[~gone] - left).sum(), rel=1e-9)
    assert len(found.table()) == (~gone).sum()


@pytest.mark.parametrize("make", [national, world], ids=["nation", "world"])
@pytest.mark.parametrize("seed", range(3))
def test_footprints_of_value_added_are_what_final_demand_carries(make, seed):
    system = make(seed)
    _, inverse, _, v = dense(system)
    found = accounts.footprint(system).table()
    demand = system.flows.demand
    if system.flows.imports is None:
        assert found["amount"].sum() == pytest.approx((v @ inverse) @ demand, rel=1e-10)
        assert found["amount"].sum() == pytest.approx(system.flows.added.sum(), rel=1e-9)
    assert (found["amount"] >= -1e-9).all()


@pytest.mark.parametrize("ask", [accounts.reliance, accounts.trade_in_value_added,
                                 lambda s: diagnose.stuck_necks(s, home="N")])  # fmt: skip
def test_a_table_that_mixes_imports_with_home_goods_is_refused_with_the_way_out(ask):
    with pytest.raises(MissingPartError, match="split_imports"):
        ask(competitive(1))
    assert not ask(System(competitive(1).flows.split_imports())).table().empty


def test_a_split_of_imports_is_named_in_what_rests_on_it():
    found = diagnose.stuck_necks(System(competitive(1).flows.split_imports()), home="N")
    assert found.parameters["imports"] == "proportional"
    assert found.parameters["look_through"] == "to the border"
    assert "an assumption" in found.origin["system"]["flows"]["notes"][-1]


def test_a_plan_says_what_does_not_fit_in_the_memory_that_is_free(monkeypatch):
    system = world(1)
    roomy = accounts.plan(system)
    assert roomy.fits.all()
    assert "DOES NOT FIT" not in repr(roomy)
    monkeypatch.setattr(workplan.psutil, "virtual_memory", lambda: SimpleNamespace(available=1000))
    tight = accounts.plan(system)
    assert tight.free == 1000
    assert not tight.fits.all()
    assert repr(tight).count("DOES NOT FIT") == int((~tight.fits).sum())
    assert tight.table()["fits"].tolist() == [
        bool(fits) for fits in tight.fits[np.argsort(-tight.seconds, kind="stable")]
    ]


def test_a_plan_in_single_precision_takes_half_the_memory():
    wide, narrow = (accounts.plan(world(2), dtype=t) for t in ("float64", "float32"))
    np.testing.assert_allclose(narrow.memory, wide.memory / 2.0, rtol=1e-12)
    assert (narrow.operations == wide.operations).all()
    assert narrow.parameters == {"questions": list(wide.questions), "dtype": "float32"}


def test_a_plan_of_an_unknown_question_or_precision_names_what_there_is():
    with pytest.raises(UnknownCodeError, match="Did you mean extraction"):
        accounts.plan(world(1), "extractions")
    with pytest.raises(ParameterError, match="float64 or float32"):
        accounts.plan(world(1), dtype="float16")


def test_factors_at_hand_are_not_planned_for_again():
    system = world(3)
    before = accounts.plan(system, "extraction")
    accounts.extraction(system)
    after = accounts.plan(system, "extraction")
    assert (before.factored, after.factored) == (False, True)
    assert after.operations[0] < before.operations[0]
    assert after.memory[0] < before.memory[0]


def test_a_composite_region_is_no_supplier_and_bounds_hold_it():
    plain = world(7, regions=4)
    named = System.from_table(plain.table(), composite=["R3"])
    one, other = (diagnose.stuck_necks(s, home="R0", min_cost_share=0.0) for s in (plain, named))
    assert "R3" in one.purchases.countries.codes
    assert "R3" not in other.purchases.countries.codes
    np.testing.assert_allclose(one.imported_share, other.imported_share, rtol=1e-12)
    known = ~np.isnan(other.hhi_low) & ~np.isnan(one.supplier_hhi)
    assert known.any()
    assert (other.hhi_low <= one.supplier_hhi + 1e-12)[known].all()
    assert (other.hhi_high >= one.supplier_hhi - 1e-12)[known].all()
    assert (other.exposure_high >= one.exposure_direct - 1e-12)[known].all()
    assert (other.unknown_share[known] > 0.0).any()
    assert (one.unknown_share[known] == 0.0).all()


@pytest.mark.parametrize("seed", range(4))
def test_the_necks_by_hand_from_the_definitions(seed):
    system = world(seed, regions=4, sectors=2)
    flows = system.flows
    _, inverse, x, _ = dense(system)
    found = diagnose.stuck_necks(system, home="R1", min_cost_share=0.0)
    rounds = inverse - np.eye(len(x))
    for p in range(2):
        for j in range(2):
            rows = np.array([2 * r + p for r in range(4)])
            col = 2 + j
            z, through = flows.matrix[rows, col], rounds[rows, col]
            foreign = np.array([0, 2, 3])
            if z[foreign].sum() <= 0.0:
                assert found.imported_share[p, j] == 0.0 or np.isnan(found.imported_share[p, j])
                continue
            s = z[foreign] / z[foreign].sum()
            top = foreign[np.argmax(z[foreign])]
            assert found.imported_share[p, j] == pytest.approx(z[foreign].sum() / z.sum())
            assert found.supplier_hhi[p, j] == pytest.approx((s**2).sum())
            assert found.exposure_direct[p, j] == pytest.approx(z[top] / z.sum())
            assert found.exposure_look_through[p, j] == pytest.approx(through[top] / through.sum())
            assert found.cost_share[p, j] == pytest.approx(z.sum() / x[col])
