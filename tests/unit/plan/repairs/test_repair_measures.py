import io

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from chainwright import System
from chainwright.errors import MissingPartError, ParameterError, TableError, UnknownCodeError
from chainwright.plan import RepairCosts, RepairMeasure, RepairMeasures, read_repair_measures
from chainwright.tables import example, schema
from small_tables import TWO, system_of

FLOWS = System.from_table(pd.read_csv(io.StringIO(example("flows"))))
TWO_OF_P = system_of(TWO)


def rows():
    """Return the example of the schema as a frame."""
    return pd.read_csv(io.StringIO(example("repair_measures")), keep_default_na=True)


def one(**given):
    """Return a table of one measure: half a second source of steel from B for A, changed."""
    row = {"measure": "m", "kind": "second_source", "product": "steel", "users": "A"}
    return pd.DataFrame([{**row, "origins": "B", "size": 0.5, **given}])


def refused(data, **more):
    """Return the breaches of a table of measures as text."""
    with pytest.raises(TableError) as told:
        read_repair_measures(data, FLOWS, **more)
    return [str(breach) for breach in told.value.breaches]


def test_the_example_of_the_schema_is_read_in_the_order_of_names():
    found = read_repair_measures(rows(), FLOWS)
    assert found.names == tuple(sorted(rows()["measure"]))
    assert len(found) == 7
    assert {one.kind for one in found} == set(rows()["kind"])
    assert found["second:steel<B"].origins == ("B",)
    assert found["power:A"].source == "grid operator 2026-09"


def test_all_ways_in_give_the_same_measures(tmp_path):
    frame = rows()
    frame.to_csv(tmp_path / "measures.csv", index=False)
    frame.to_parquet(tmp_path / "measures.parquet")
    expected = repr(read_repair_measures(frame, FLOWS).table().to_dict("records"))
    ways = [
        tmp_path / "measures.csv",
        str(tmp_path / "measures.parquet"),
        pa.Table.from_pandas(frame),
        pl.from_pandas(frame),
    ]
    for way in ways:
        assert repr(read_repair_measures(way, FLOWS).table().to_dict("records")) == expected


def test_a_table_that_is_handed_out_is_read_back(tmp_path):
    found = read_repair_measures(rows(), FLOWS)
    assert list(found.table().columns) == [c.column for c in schema("repair_measures")]
    found.table().to_csv(tmp_path / "out.csv", index=False)
    again = read_repair_measures(tmp_path / "out.csv", FLOWS)
    pd.testing.assert_frame_equal(again.table(), found.table())
    assert again.money == found.money == "million USD"


def test_ties_between_measures_are_pairs_and_groups_of_places():
    found = read_repair_measures(rows(), FLOWS)
    backup, second = found.place["backup:A:steel"], found.place["second:steel<B"]
    assert found.needs.tolist() == [[backup, second]]
    both = sorted((found.place["supplement:A:steel"], found.place["strengthen:A:steel"]))
    assert found.excludes.tolist() == [both]
    assert [found.names[i] for i in found.groups[0]] == ["reserve:steel<B:4w", "reserve:steel<B:8w"]
    assert len(found.groups) == 1


def test_costs_are_ranges_and_nobody_knows_those_that_are_empty():
    table = pd.concat([rows(), one(measure="free of cost", home_supplier=0)])
    found = read_repair_measures(table, FLOWS)
    at = found.place["strengthen:A:steel"]
    once, yearly = found.spent("mid")
    assert (once[at], yearly[at]) == (2.0, pytest.approx(0.06))
    assert found.spent("low")[0][at] == 1.0
    assert found.spent("high")[1][at] == 0.1
    unknown = found.place["free of cost"]
    assert np.isnan(found.present_value()[unknown])
    assert not found.priced[unknown]
    assert found.priced.sum() == 7
    assert found.assumed.sum() == 6
    with pytest.raises(ParameterError, match="low, mid or high"):
        found.spent("middle")


def test_the_present_value_of_a_table_is_that_of_each_row():
    found, costs = read_repair_measures(rows(), FLOWS), RepairCosts(discount_rate=0.05)
    value = found.present_value("high", costs=costs, years=4)
    second = found["second:steel<B"]
    expected = costs.present_value(
        second.once_high, second.yearly_high, life_years=10.0, lead_years=0.6, years=4
    )
    assert value[found.place["second:steel<B"]] == pytest.approx(float(expected), rel=1e-14)
    untimed = found.present_value("high", costs=costs, years=4, timed=False)
    assert (untimed >= value).all()
    assert untimed[found.place["second:steel<B"]] > float(expected)


def test_a_measure_of_size_zero_changes_nothing_and_no_measure_changes_its_system():
    for measure in read_repair_measures(rows(), FLOWS):
        assert measure.at(0.0).apply(FLOWS) is FLOWS
        changed = measure.apply(FLOWS)
        assert changed is not FLOWS
        assert "safeguards" not in FLOWS.has
        assert (changed.flows is FLOWS.flows) == (measure.kind != "supplement")


def test_what_is_held_ready_commutes():
    found = [m for m in read_repair_measures(rows(), FLOWS) if m.kind != "supplement"]
    forth, back = FLOWS, FLOWS
    for measure in found:
        forth = measure.apply(forth)
    for measure in reversed(found):
        back = measure.apply(back)
    kinds = ("reserve", "second_source", "backup_capacity", "strengthen", "stabilise")
    assert forth.safeguards.of(*kinds) == back.safeguards.of(*kinds)
    assert len(forth.safeguards) == 6


def test_supplements_of_other_deliveries_commute_and_of_the_same_go_by_name():
    flow = {"kind": "supplement", "users": ("A",), "size": 0.4}
    steel = RepairMeasure("s", product="steel", origins=("B",), maker="A:steel", **flow)
    ore = RepairMeasure("o", product="ore", origins=("B",), maker="A:ore", **flow)
    one, other = steel.apply(ore.apply(FLOWS)).flows, ore.apply(steel.apply(FLOWS)).flows
    assert one.output == pytest.approx(other.output, rel=1e-12)
    assert one.matrix == pytest.approx(other.matrix, rel=1e-12)
    most = RepairMeasure("a", "supplement", ("A",), 1.0, "steel", ("B",), "A:steel")
    all_gone = RepairMeasures((steel, most)).apply(FLOWS).flows
    assert all_gone.output == pytest.approx(most.apply(FLOWS).flows.output)
    assert all_gone.matrix.min() >= 0.0


def test_some_of_the_measures_are_applied_by_name():
    found = read_repair_measures(rows(), FLOWS)
    assert [s.name for s in found.apply(FLOWS, ["power:A"]).safeguards] == ["power:A"]
    assert found.apply(FLOWS, []) is FLOWS
    everything = found.apply(FLOWS)
    assert len(everything.safeguards) == 6
    assert everything.flows.output.sum() != FLOWS.flows.output.sum()
    with pytest.raises(UnknownCodeError, match="Did you mean power:A"):
        found.apply(FLOWS, ["powr:A"])


def test_some_of_the_measures_are_kept_with_their_ties():
    found = read_repair_measures(rows(), FLOWS)
    few = found.only(["strengthen:A:steel", "power:A"])
    assert few.names == ("power:A", "strengthen:A:steel")
    assert not len(few.excludes)
    with pytest.raises(TableError, match="second:steel<B"):
        found.only(["backup:A:steel"])


def test_the_product_that_a_measure_adds_capacity_of_is_told():
    found = read_repair_measures(rows(), FLOWS)
    made = {m.name: m.makes for m in found}
    assert made["backup:A:steel"] == made["supplement:A:steel"] == "steel"
    assert made["power:A"] == made["second:steel<B"] == ""
    assert RepairMeasure("all of A", "backup_capacity", ("A",), 0.1).makes == ""


def test_measures_print_with_what_they_cost():
    found = read_repair_measures(rows(), FLOWS)
    assert repr(found).startswith("<RepairMeasures: 7, of 5 the cost is assumed; million USD>")
    assert "reserve:steel<B:4w" in repr(found)
    assert found._repr_html_().count("<tr") == 8
    assert found.units["yearly_low"] == "million USD/year"


def test_a_table_without_rows_holds_no_measures():
    found = read_repair_measures(rows().head(0), FLOWS)
    assert len(found) == 0
    assert found.present_value().shape == (0,)
    assert found.needs.shape == (0, 2)
    assert list(found.table().columns) == list(rows().columns)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"kind": "second_sorce"}, "Did you mean second_source"),
        ({"product": "stel"}, "a product of this table. Did you mean steel"),
        ({"users": "A;C"}, "column 'users': found 'C', expected a buyer"),
        ({"users": "A:stel"}, "A:steel"),
        ({"origins": "B:stel"}, "a node of this table. Did you mean"),
        ({"origins": "Z"}, "column 'origins': found 'Z'"),
        ({"region": "Q"}, "column 'region': found 'Q'"),
        ({"size": -0.5}, "a share from 0 to 1"),
        ({"size": 1.5}, "a share from 0 to 1"),
        ({"kind": "reserve", "size": -1}, "weeks, 0 or more"),
        ({"kind": "reserve", "size": 60}, "at most 52. Lower it, or raise most_size"),
        ({"kind": "stabilise", "size": 0.95}, "at most 0.9"),
        ({"size": None}, "column 'size': found nothing"),
        ({"product": ""}, "column 'product': found nothing, expected it for a second_source"),
        ({"maker": "A:steel"}, "column 'maker': found 'A:steel' for a second_source"),
        ({"hold_back": 0.2}, "column 'hold_back': found 0.2 for a second_source"),
        ({"kind": "reserve", "size": 1, "hold_back": 1.2}, "a share, at most 1"),
        ({"kind": "strengthen", "users": "A:steel", "size": 0.1}, "found 'steel' for a strengthen"),
        ({"lead_years": -1}, "column 'lead_years': found -1"),
        ({"once_low": 2, "once_high": 1, "life_years": 9}, "found 2, above the high end 1"),
        ({"once_low": 2}, "column 'once_high': found nothing, expected both ends"),
        ({"yearly_low": -2, "yearly_high": 1}, "column 'yearly_low': found -2"),
        ({"once_low": 1, "once_high": 2}, "column 'life_years': found nothing"),
        ({"life_years": 0}, "years, above 0"),
        ({"mark": "quoted", "once_low": 1, "once_high": 1, "life_years": 5}, "who quoted the cost"),
        ({"mark": "quoted", "source": "S"}, "quoted without a cost"),
        ({"mark": "guess"}, "quoted or assumption"),
        ({"needs": "m"}, "column 'needs': found itself"),
        ({"excludes": "n"}, "column 'excludes': found 'n', expected a measure of this table"),
        ({"kind": "supplement"}, "expected it for a supplement"),
        ({"kind": "supplement", "maker": "A:ore"}, "a node of the sector steel"),
        ({"kind": "supplement", "maker": "A:stel"}, "no known node. Did you mean A:steel"),
    ],
)
def test_each_thing_that_is_wrong_is_told(change, told):
    assert any(told in breach for breach in refused(one(**change)))


def test_a_reserve_pays_for_its_purchase_or_for_its_holding_and_not_for_both():
    both = {"once_low": 1, "once_high": 2, "yearly_low": 1, "yearly_high": 2, "life_years": 5}
    told = refused(one(kind="reserve", size=4, **both))
    assert len(told) == 1
    assert "the interest on the purchase: give one of the two" in told[0]
    alone = {key: both[key] for key in ("once_low", "once_high", "life_years")}
    assert read_repair_measures(one(kind="reserve", size=4, **alone), FLOWS)["m"].priced


def test_deliveries_that_the_table_does_not_hold_are_told():
    told = refused(one(users="B", origins="B:ore"))
    assert "no deliveries of steel from B:ore to B" in told[0]


def test_needs_that_can_never_be_met_and_circles_are_told():
    circle = pd.concat([one(measure="a", needs="b"), one(measure="b", needs="a")])
    told = refused(circle)
    assert sum("needs itself by way of" in breach for breach in told) == 2
    alike = pd.concat(
        [one(measure="a", needs="b", one_of="g"), one(measure="b", needs="c"), one(measure="c")]
    )
    assert "it needs b, and only one" not in " ".join(refused(pd.concat([circle, alike[:0]])))
    assert read_repair_measures(alike, FLOWS).needs.tolist() == [[0, 1], [1, 2]]
    barred = pd.concat(
        [one(measure="a", needs="b"), one(measure="b", needs="c"), one(measure="c", excludes="a")]
    )
    told = refused(barred)
    assert any("it needs c, and only one of the two is taken" in breach for breach in told)
    group = pd.concat([one(measure="a", needs="b", one_of="g"), one(measure="b", one_of="g")])
    assert any("it needs b, and only one" in breach for breach in refused(group))


def test_all_that_is_wrong_is_told_at_once():
    frame = rows()
    frame.loc[0, "users"] = "C"
    frame.loc[1, "product"] = "stel"
    frame.loc[2, "once_low"] = 5
    frame.loc[3, "needs"] = "secnd:steel<B"
    frame.loc[4, "maker"] = "A:ore"
    frame.loc[5, "needs"] = "supplement:A:steel"
    frame.loc[6, "source"] = ""
    told = refused(pd.concat([frame, frame.tail(1)]))
    assert len(told) == 9  # seven, and the last row twice: its name again, and no source again
    assert any("Did you mean second:steel<B" in breach for breach in told)


def test_a_system_without_flows_and_a_kind_that_is_none_are_refused():
    with pytest.raises(MissingPartError, match="flows"):
        read_repair_measures(rows(), System.demo("maker"))
    with pytest.raises(TableError, match="Did you mean reserve"):
        RepairMeasure("m", "reserv", ("A",), 1.0)
    with pytest.raises(TableError, match="a product, its users, a maker"):
        RepairMeasure("m", "supplement", ("A",), 0.5, "steel")
    with pytest.raises(TableError, match="it twice"):
        RepairMeasures((RepairMeasure("m", "stabilise", ("A",), 0.5),) * 2)
    supplement = RepairMeasure("m", "supplement", ("A",), 0.5, "p", (), "A:p")
    with pytest.raises(ParameterError, match="holds nothing ready"):
        supplement.safeguard  # noqa: B018 - it raises
    assert supplement.apply(TWO_OF_P).flows.output[0] > 100.0
