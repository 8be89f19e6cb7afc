"""What a system holds ready in stress.run, whatif, ensembles and comparisons, and what is told."""

import numpy as np
import pandas as pd
import pytest

import chainwright as cw
from ario_economies import random_system
from chainwright.errors import ParameterError, TableError
from chainwright.stress import (
    Blow,
    Economy,
    InventoryModel,
    Shock,
    compare,
    ensemble,
    run,
    simulate_by_origin,
    whatif,
)
from chainwright.stress.ensembles.ensemble_question import fingerprint
from chainwright.stress.sectors.held_safeguards import held_safeguards
from chainwright.stress.shocks.sector_hits import sector_blows
from chainwright.system import Safeguard
from chainwright.tables import schema

DAYS = 60


@pytest.fixture(scope="module")
def china():
    return cw.System.demo("country")


@pytest.fixture(scope="module")
def held(china):
    """The demo country with one of each kind, around the textiles of its first province."""
    region, product = china.flows.nodes.regions.codes[0], china.flows.nodes.sectors.codes[7]
    node = china.flows.nodes.codes[8]
    return china.with_safeguards(
        Safeguard("weeks", "reserve", (region,), 2.0, product),
        Safeguard("idle", "backup_capacity", (node,), 0.5, after_days=5.0),
        Safeguard("plate", "strengthen", (node,), 0.1),
        Safeguard("second", "second_source", (region,), 0.5, product),
        Safeguard("power", "stabilise", (node,), 0.5),
        Safeguard("nothing", "reserve", (region,), 0.0, product),
    )


@pytest.fixture(scope="module")
def embargo(china):
    """All textiles of other provinces cut from the first, and one node of it hit."""
    nodes = china.flows.nodes
    region, others = nodes.regions.codes[0], nodes.regions.codes[1:]
    cut = Blow(
        "supply_cut", products=nodes.sectors.codes[7], regions=others, buyers=region, share=1.0,
        days=40,
    )  # fmt: skip
    return Shock((cut, Blow("capacity", nodes=nodes.codes[8], share=0.5, days=20)))


@pytest.fixture(scope="module")
def ready(held, embargo):
    return run(held, embargo, days=DAYS)


def test_both_ends_say_what_was_held_and_used(ready):
    frame = ready.tables()["stress_safeguards"]
    assert ready.ends == ("pooled", "by_origin")
    assert list(frame.columns) == [column.column for column in schema("stress_safeguards")]
    assert (
        frame.groupby("end", sort=False)["safeguard"].apply(set).tolist()
        == [{"weeks", "idle", "plate", "second", "power"}] * 2
    )
    of = frame.set_index(["end", "safeguard"])
    weeks = of.loc["by_origin", "weeks"]
    use = ready.runs["by_origin"].reserves
    assert weeks["released"] == use.released[0] > 0.0
    assert weeks["used_share"] == pytest.approx(weeks["released"] / weeks["held"])
    assert weeks["first_day"] <= weeks["last_day"] < 45.0
    idle = of.loc["pooled", "idle"]
    assert idle["first_day"] == 5.0
    assert idle["kind"] == "backup_capacity"
    # of 20 days at half of half lost it is used on some; nothing counts what a cover keeps off
    assert of.loc[("pooled", "power"), "reason_zh"]
    assert np.isnan(of.loc[("pooled", "power"), "released"])
    assert "compare a run without it" in of.loc[("pooled", "second"), "reason_en"]
    # where any origin replaces any other nothing of the reserve was needed
    assert of.loc[("pooled", "weeks"), "reason_en"] == "Nothing of it was needed in this run."
    assert np.isnan(of.loc[("pooled", "weeks"), "first_day"])
    released = frame.groupby("end", sort=False)["released"]
    assert all(part.dropna().is_monotonic_decreasing for _, part in released)


def test_what_a_reserve_holds_is_weeks_of_what_its_users_take(china, ready):
    nodes, flows = china.flows.nodes, china.flows
    taken = sum(
        row[: len(nodes.sectors)].sum()
        for row, code in zip(flows.matrix, nodes.codes, strict=True)
        if code.endswith(f":{nodes.sectors.codes[7]}")
    )
    abroad = flows.imports
    for row, code in zip(abroad.matrix, abroad.rows.codes, strict=True):
        if code.endswith(f":{nodes.sectors.codes[7]}"):
            taken += row[: len(nodes.sectors)].sum()
    frame = ready.safeguards_used().set_index(["end", "safeguard"])
    assert frame.loc[("pooled", "weeks"), "held"] == pytest.approx(taken / 365 * 14, rel=1e-6)


def test_notes_and_readings_speak_of_it_in_both_languages(ready, china, embargo):
    english, chinese = ready.runs["by_origin"].notes[-1]
    assert english.startswith(
        "Held ready: 1 reserve, 1 backup capacity, 1 strengthened capacity, 1 second source, "
        "1 cover against the blow. Reserves released "
    )
    assert chinese.startswith("已备：1 项储备、1 项备用产能")
    assert "Capacity that was held ready made" in english
    assert "储备释放" in chinese
    assert "What the system holds ready is in force." in ready.reading()
    assert "所备保障措施已计入" in ready.reading("zh")
    assert [one["name"] for one in ready.parameters["safeguards"]] == [
        "idle", "plate", "power", "second", "weeks",
    ]  # fmt: skip
    plain = run(china, embargo, days=10, model=InventoryModel(replaceable=0.25))
    assert "25 % can be ordered of other origins" in plain.reading()
    assert "25%" in plain.reading("zh")
    assert any("25 % of what is cut off" in told for told, _ in plain.runs["pooled"].notes)
    assert "stress_safeguards" not in plain.tables()


def test_a_comparison_says_what_is_held_ready_saves(china, ready, embargo):
    without = run(china, embargo, days=DAYS)
    found = compare(ready, without)
    total = found.table().query("level == 'all'").set_index("end")
    lost = [of.losses["by_origin"].lost.sum() for of in (ready, without)]
    assert total.loc["by_origin", "difference"] == pytest.approx(lost[1] - lost[0])
    assert total.loc["by_origin", "difference"] > 0.0
    assert len(found.parameters["a"]["safeguards"]) == 5
    assert found.parameters["b"]["safeguards"] == []


def test_a_what_if_and_an_ensemble_hold_the_same_ready(held, embargo, ready):
    asked = whatif(held, days=DAYS, dtype=np.float64).run(embargo)
    for end in ready.ends:
        ours, other = asked.runs[end].production, ready.runs[end].production
        assert ours == pytest.approx(other, rel=1e-12)
    single = whatif(held, days=DAYS).run(embargo)
    assert single.runs["by_origin"].reserves.released == pytest.approx(
        ready.runs["by_origin"].reserves.released, rel=1e-2
    )
    for end in ready.ends:
        drawn = ensemble(held, embargo, draws=2, days=DAYS, end=end)
        lost = (ready.economy.x0 * DAYS - ready.runs[end].production.sum(axis=0)).sum()
        assert drawn.lost("output") == pytest.approx(np.full(2, lost), rel=1e-6)
        assert any("Held ready in every draw: idle, " in told for told, _ in drawn.notes)
    assert [one["name"] for one in drawn.parameters["safeguards"]] == [
        "idle", "nothing", "plate", "power", "second", "weeks",
    ]  # fmt: skip
    assert "between the two ends" in str(drawn.notes)


def test_batches_of_other_safeguards_have_another_mark(china, held, embargo):
    with_, without = (
        fingerprint(ensemble(of, embargo, draws=1, days=5).job) for of in (held, china)
    )
    assert with_ != without
    assert {k: v for k, v in with_.items() if k != "safeguards"} == {
        k: v for k, v in without.items() if k != "safeguards"
    }


def test_what_is_wrong_is_refused_before_anything_runs(china, embargo):
    wrong = china.with_safeguards(Safeguard("w", "reserve", ("9999",), 1.0, "no product"))
    for ask in (
        lambda: run(wrong, embargo, days=5),
        lambda: whatif(wrong).run(embargo),
        lambda: ensemble(wrong, embargo, draws=2, days=5),
    ):
        with pytest.raises(TableError, match=r"'w', product(.|\n)*'w', users"):
            ask()


def test_a_second_source_between_the_ends_of_substitution_is_refused_by_name():
    system = random_system(1)
    economy = Economy.of(system)
    region, product = economy.regions.codes[0], economy.products.codes[0]
    held = held_safeguards(economy, [Safeguard("s", "second_source", (region,), 0.5, product)])
    blows = Shock((Blow("capacity", regions=region, share=0.5, days=3),))
    asked = sector_blows(system, blows, 5)
    with pytest.raises(ParameterError, match=f"elasticity.*{product}.*'s' is a second source"):
        simulate_by_origin(economy, asked, InventoryModel(), elasticity=2.0, safeguards=held)
    other = {economy.products.codes[1]: 2.0, product: 0.0}
    run_ = simulate_by_origin(economy, asked, InventoryModel(), elasticity=other, safeguards=held)
    assert np.isfinite(run_.production).all()


def test_a_table_of_one_run_has_days_without_gaps_in_types(ready):
    frame = ready.safeguards_used()
    assert frame["held"].dtype == frame["first_day"].dtype == np.float64
    assert isinstance(frame, pd.DataFrame)
    assert not frame["reason_en"].isna().any()
