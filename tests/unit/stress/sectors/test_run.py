"""A shock run through a table: ends, losses, recovery, why it stopped, words."""

import json

import numpy as np
import pytest

from chainwright import System, stress
from chainwright.errors import LabelError, MissingPartError, ParameterError, TableError
from chainwright.stress import Blow, InventoryModel, Shock
from chainwright.stress.plots.loss_map import loss_map
from chainwright.stress.plots.network_at_day import network_at_day
from chainwright.stress.plots.output_over_time import output_over_time
from chainwright.tables import schema
from worlds import national, world

MODEL = InventoryModel(rationing="proportional", stock_days=6.0, restoration_days=8.0)
CUT = Shock(
    (Blow("supply_cut", regions="R0", products="s1", share=1.0, start_day=2, days=12),),
    name_en="Embargo",
)
SHUT = Shock((Blow("capacity", regions="R1", products="s0", share=0.6, start_day=3, days=5),))
TINY = Shock((Blow("supply_cut", regions="R0", products="s1", share=0.01, days=2),))


@pytest.fixture(scope="module")
def cut():
    return stress.run(world(3), CUT, days=40, model=MODEL)


@pytest.fixture(scope="module")
def shut():
    return stress.run(world(3), SHUT, days=40, model=MODEL)


def test_a_cut_of_deliveries_always_shows_both_ends(cut):
    assert cut.ends == ("pooled", "by_origin")
    between = stress.run(world(3), CUT, days=10, model=MODEL, elasticity=2.0)
    assert between.ends == ("pooled", "chosen", "by_origin")
    assert between.summary()["elasticity"].tolist() == ["inf", "2", "0"]
    named = stress.run(world(3), CUT, days=10, model=MODEL, elasticity={"s1": 0.5})
    assert named.summary()["elasticity"].tolist() == ["inf", "s1=0.5", "0"]


def test_any_other_shock_has_one_run(shut):
    assert shut.ends == ("single",)
    assert shut.summary()["elasticity"].tolist() == ["inf"]


def test_losses_add_up_from_nodes_to_sectors_regions_and_all(cut):
    frame, x0 = cut.table(), cut.economy.x0
    for end, records in cut.runs.items():
        mine = frame[frame["end"] == end]
        lost = (x0[None] - records.production).sum()
        for column in ("output_lost", "value_added_lost", "unmet_final", "unmet_of_suppliers"):
            sums = mine.groupby("level")[column].sum()
            assert np.allclose(sums, sums["all"], rtol=1e-9, atol=1e-9 * x0.sum()), column
        assert mine.loc[mine["level"] == "all", "output_lost"].item() == pytest.approx(lost)
        unmet = mine.loc[mine["level"] == "all", "unmet_final"].item()
        assert unmet == pytest.approx(records.unmet_final.sum())


def test_a_node_loses_what_its_record_says_and_value_added_goes_with_it(shut):
    frame = shut.table().query("level == 'node' and region == 'R1' and sector == 's0'").iloc[0]
    economy, node = shut.economy, shut.economy.flows.nodes.find("R1:s0")
    made = shut.runs["single"].production[:, node]
    rest = economy.x0[node]
    assert frame["output_lost"] == pytest.approx(rest * 40 - made.sum())
    assert frame["output_lost_share"] == pytest.approx(1.0 - made.sum() / (40 * rest))
    assert frame["output_lost_days"] == pytest.approx(40 - made.sum() / rest)
    share = economy.VA[node] / (365.0 * rest)
    assert frame["value_added_lost"] == pytest.approx(share * frame["output_lost"])
    assert frame["lowest_share"] == pytest.approx(made.min() / rest)
    assert frame["lowest_day"] == np.argmin(made)
    assert frame["triangle_days"] == pytest.approx(np.maximum(0.0, 1.0 - made / rest).sum())


def test_recovery_counts_from_the_first_blow_to_the_last_day_below_95_percent(shut):
    node = shut.economy.flows.nodes.find("R1:s0")
    share = shut.runs["single"].production[:, node] / shut.economy.x0[node]
    last_below = np.flatnonzero(share < 0.95).max()
    found = shut.table().query("level == 'node' and region == 'R1' and sector == 's0'")
    assert found["recovery_days"].item() == last_below + 1 - 3
    for_good = Shock((Blow("capacity", regions="R1", products="s0", share=0.6),))
    never = stress.run(world(3), for_good, days=10, model=MODEL).table()
    row = never.query("level == 'node' and region == 'R1' and sector == 's0'")
    assert np.isnan(row["recovery_days"].item())
    untouched = stress.run(
        world(3), Shock((Blow("capacity", regions="R1", share=0.0, days=2),)), days=5, model=MODEL
    )
    assert (untouched.table()["recovery_days"] == 0.0).all()
    assert np.abs(untouched.table()["output_lost_days"]).max() < 1e-9


def test_why_it_stopped_names_day_product_and_supplier_the_earliest_first(cut):
    frame = cut.why_it_stopped()
    alone = frame[frame["end"] == "by_origin"]
    first = alone.iloc[0]
    assert alone["day"].is_monotonic_increasing
    assert (first["product"], first["from_region"], first["from_sector"]) == ("s1", "R0", "s1")
    assert first["stock_days"] == 6.0
    assert "R0:s1" in first["reason_en"]
    assert "R0:s1" in first["reason_zh"]
    records = cut.runs["by_origin"]
    for row in alone.itertuples():
        node = cut.economy.flows.nodes.find(f"{row.region}:{row.sector}")
        assert records.short_step[node] == row.day
        before = records.production[: int(row.day), node]
        assert row.day == 0 or before.min() > 0.0


def test_with_pooled_stocks_the_supplier_is_the_one_whose_deliveries_fell_most():
    for_good = Shock((Blow("supply_cut", regions="R0", products="s1", share=1.0),))
    found = stress.run(
        world(3), for_good, days=60, model=InventoryModel(rationing="proportional", stock_days=3.0)
    )
    short = found.why_it_stopped().query("end == 'pooled'")
    assert len(short) > 0
    assert set(short["from_region"] + ":" + short["from_sector"]) <= {*found.economy.codes, ":"}
    of_cut = short[(short["product"] == "s1") & (short["region"] != "R0")]
    assert (of_cut["from_region"] == "R0").all()


def test_a_cut_below_what_stocks_bear_reads_not_felt_and_never_safe():
    found = stress.run(world(3), TINY, days=20, model=MODEL)
    pooled = found.readings["pooled"]
    assert (
        "Not felt through stocks: a cut of share m for d days stays below (1 - psi) s" in pooled[0]
    )
    assert pooled[0].count("(psi: share of the target stock below which output falls; s: ") == 1
    assert "未经库存传导显现" in pooled[1]
    assert pooled[1].count("（psi：库存低于目标库存的这一份额时产出开始下降；s：目标库存") == 1
    assert found.summary()["nodes_short"].tolist()[0] == 0
    for words in found.readings.values():
        assert "safe" not in words[0].lower()
        assert "安全" not in words[1]
    assert found.reading("zh").count("\n") == 1


def test_a_share_that_is_cut_is_of_the_whole_stock_where_origins_are_pooled():
    found = stress.run(world(3), TINY, days=20, model=MODEL)
    economy = found.economy
    sold = economy.row(economy.flows.nodes.find("R0:s1")) / (365.0 * economy.x0)
    outside = np.asarray(economy.flows.nodes.region) != 0
    share = 0.01 * np.nanmax((sold / economy.A_C[1])[outside])
    told = found.readings["pooled"][0]
    assert f"{100 * share:.3g} %" in told
    assert f"{share * 2:.3g} days of use" in told


def test_the_question_is_complete_and_is_json(cut):
    kept = json.loads(json.dumps(cut.parameters))
    assert Shock.of_toml(kept["shock"]) == CUT
    assert kept["psi"] == 0.8
    assert kept["stock_days"] == {"s0": 6.0, "s1": 6.0, "s2": 6.0}
    assert kept["ended"]["pooled"] == "the horizon of 40 days was reached"


def test_stock_days_of_the_sourced_table_are_named_in_the_notes():
    found = stress.run(world(3), SHUT, days=5)
    told = found.summary()
    assert "fact table stock_days" in told["notes_en"].item()
    assert "stock_days 表" in told["notes_zh"].item()


def test_days_by_week_are_days():
    weekly = stress.run(
        world(3),
        SHUT,
        days=60,
        model=InventoryModel(rationing="proportional", stock_days=30.0, step="week"),
    )
    assert weekly.runs["single"].steps == 9
    assert weekly.by_day()["day"].unique().tolist() == [7.0 * t for t in range(9)]
    daily = stress.run(
        world(3), SHUT, days=63, model=InventoryModel(rationing="proportional", stock_days=30.0)
    )
    a, b = (r.summary()["output_lost_days"].item() for r in (weekly, daily))
    assert a == pytest.approx(b, rel=0.2)


def test_the_table_by_day_is_the_record(cut):
    frame = cut.by_day()
    x0 = cut.economy.x0
    for end, records in cut.runs.items():
        whole = frame[(frame["end"] == end) & (frame["level"] == "all")]
        assert np.allclose(whole["output_share"], records.production.sum(axis=1) / x0.sum())
        assert np.allclose(whole["unmet_final"], records.unmet_final.sum(axis=1))
    regions = frame[frame["level"] == "region"].groupby(["end", "day"])["output_lost"].sum()
    alls = frame[frame["level"] == "all"].set_index(["end", "day"])["output_lost"]
    assert np.allclose(regions.sort_index(), alls.sort_index())


def test_a_nation_may_be_cut_from_abroad():
    found = stress.run(
        national(4),
        Shock((Blow("supply_cut", regions="X", products="s1", buyers="N", share=1.0, days=20),)),
        days=30,
        model=MODEL,
    )
    short = found.why_it_stopped().query("end == 'by_origin'")
    assert (short.iloc[0]["from_region"], short.iloc[0]["product"]) == ("X", "s1")


def test_two_runs_are_compared_end_by_end(cut, shut):
    longer = Shock((Blow("supply_cut", regions="R0", products="s1", share=1.0, days=30),))
    more = stress.run(world(3), longer, days=40, model=MODEL)
    frame = stress.compare(cut, more).table()
    assert list(frame.columns) == [c.column for c in schema("stress_comparison")]
    assert set(frame["end"]) == {"pooled", "by_origin"}
    rows = frame.query("level == 'all'").set_index("end")
    assert rows.loc["by_origin", "difference"] > 0.0
    a_day = cut.economy.x0.sum()
    assert np.allclose(rows["difference_days"], rows["difference"] / a_day)
    beside = stress.compare(shut, cut).table()
    assert set(beside["end"]) == {"pooled", "by_origin"}
    same = stress.compare(cut, cut).table()
    assert (same["difference"] == 0.0).all()


def test_runs_that_do_not_match_are_not_compared(cut):
    other = stress.run(world(3), CUT, days=20, model=MODEL)
    with pytest.raises(LabelError, match="horizons"):
        stress.compare(cut, other)
    with pytest.raises(LabelError, match="nodes"):
        stress.compare(cut, stress.run(world(3, sectors=2), CUT, days=40, model=MODEL))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_pictures_show_what_was_asked(cut, language):
    lines = output_over_time(cut, regions=["R1"], language=language)
    drawn = lines.axes[1].get_lines()
    region = np.asarray(cut.economy.flows.nodes.region) == 1
    for line, records in zip(drawn, cut.runs.values(), strict=True):
        share = records.production[:, region].sum(axis=1) / cut.economy.x0[region].sum()
        assert np.allclose(line.get_ydata(), 100.0 * share)
    heat = loss_map(cut, end="by_origin", language=language)
    image = heat.axes[0].images[0].get_array()
    lost = cut.losses["by_origin"].lost / cut.economy.x0
    assert np.nanmax(image) == pytest.approx(lost.max())
    network = network_at_day(cut, 10, language=language)
    assert len(network.axes[0].collections[0].get_offsets()) == cut.economy.n


def test_pictures_of_what_is_not_there_are_refused(cut):
    with pytest.raises(ParameterError, match="by_origin"):
        loss_map(cut, end="middle")
    with pytest.raises(ParameterError, match="day"):
        network_at_day(cut, 40.0)
    with pytest.raises(ParameterError, match="language"):
        output_over_time(cut, language="fr")


def test_questions_that_are_wrong_are_refused():
    with pytest.raises(ParameterError, match="days"):
        stress.run(world(3), CUT, days=0)
    with pytest.raises(ParameterError, match="elasticity"):
        stress.run(world(3), CUT, elasticity=-1.0)
    with pytest.raises(MissingPartError, match="flows"):
        stress.run(System(), CUT)
    with pytest.raises(TableError, match="R9"):
        stress.run(world(3), Shock((Blow("capacity", regions="R9", share=0.5),)))


def test_progress_is_told_in_words():
    told = []
    stress.run(world(3), CUT, days=10, model=MODEL, progress=told.append)
    assert told == ["pooled: 10 of 10 steps", "by_origin: 10 of 10 steps"]


def test_a_prepared_table_answers_as_a_run_does_and_says_its_numbers(cut):
    ready = stress.whatif(world(3), model=MODEL, days=40, dtype=np.float64)
    again = ready.run(CUT)
    for end in cut.ends:
        assert np.array_equal(again.runs[end].production, cut.runs[end].production)
    quick = stress.whatif(world(3), model=MODEL, days=40)
    single = quick.run(CUT)
    assert single.parameters["numbers"] == "float32"
    apart = single.runs["by_origin"].production - cut.runs["by_origin"].production
    assert np.abs(apart).max() <= 1e-4 * cut.economy.x0.max()
    assert quick.run(CUT, days=5).days == 5.0
    with pytest.raises(ParameterError, match="step"):
        quick.run(CUT, model=InventoryModel(rationing="proportional", step="week"))
