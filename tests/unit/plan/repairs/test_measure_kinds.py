import io

import pandas as pd
import pytest

from chainwright.errors import TableError
from chainwright.params import table
from chainwright.plan import read_measure_kinds, read_repair_measures
from chainwright.plan.repairs.cost_models import cost_range
from chainwright.plan.repairs.deliveries import Deliveries
from chainwright.plan.repairs.measure_kinds import KINDS
from chainwright.tables import example, schema
from small_tables import TWO, system_of

OURS = read_measure_kinds()


def edited():
    """Return our table as a frame that a test changes."""
    return pd.read_csv(io.StringIO(example("repair_kinds")), keep_default_na=False)


def refused(frame):
    """Return the breaches of a table of kinds as text."""
    with pytest.raises(TableError) as told:
        read_measure_kinds(frame)
    return [str(breach) for breach in told.value.breaches]


def test_each_number_says_what_it_is_of_and_where_it_comes_from():
    rows = table("repair_costs")
    assert {row["kind"] for row in rows} == set(KINDS)
    for row in rows:
        assert float(row["low"]) <= float(row["high"]), row
        assert row["unit"], row
        assert row["of_en"], row
        assert any("\u4e00" <= letter <= "\u9fff" for letter in row["of_zh"]), row
        assert row["mark"] in {"published", "assumption"}, row
        assert len(row["source"]) > 10 or row["source"] == "all of it", row
        assert row["date"] == "2026-11-22", row


def test_the_example_that_users_edit_is_our_table():
    ours = pd.DataFrame([dict(row) for row in table("repair_costs")])
    assert list(ours.columns) == [c.column for c in schema("repair_kinds")]
    given = pd.read_csv(io.StringIO(example("repair_kinds")), dtype=str, keep_default_na=False)
    pd.testing.assert_frame_equal(ours.astype(str), given.astype(str), check_dtype=False)
    assert read_measure_kinds(edited()).names == OURS.names == tuple(KINDS)


def test_figures_that_were_looked_up():
    assert OURS.range("reserve", "holding", "C") == (0.2, 0.4)  # SIG glossary
    assert OURS.range("reserve", "rent", "C") == (27.51, 33.8)  # yuan a m2 and month
    assert OURS.range("backup_capacity", "capital", "C") == (2.2, 4.0)
    low, high = 18643.0 / 8496.0, 4.0
    assert OURS.range("supplement", "capital", "") == (pytest.approx(low, abs=0.01), high)
    weeks = OURS.range("second_source", "lead_years", "C")
    assert [round(end * 52.14) for end in weeks] == [24, 36]  # PPAP, Plastics News 2008


def test_a_range_is_that_of_the_section_or_of_all_others():
    assert OURS.range("reserve", "spoilage", "A") == (0.0, 0.2)
    assert OURS.range("reserve", "spoilage", "C") == (0.0, 0.0)
    assert OURS.middle("reserve", "release_days", "C") == 4.0
    assert OURS.most_size("reserve", "B") == 52.0
    assert OURS.most_size("reserve", "") == 52.0


def test_services_are_not_stored():
    assert not OURS.applies("reserve", "J")
    assert OURS.applies("reserve", "")  # nobody knows what it is
    assert OURS.applies("second_source", "J")
    with pytest.raises(TableError, match="section J"):
        OURS.range("reserve", "most_size", "J")


def test_an_edited_table_changes_what_measures_cost_and_may_be():
    frame = edited()
    holding = (frame["kind"] == "reserve") & (frame["item"] == "holding")
    frame.loc[holding, ["low", "high"]] = (0.05, 0.06)
    most = (frame["kind"] == "second_source") & (frame["item"] == "most_size")
    frame.loc[most, ["low", "high"]] = (0.3, 0.3)
    system, kinds = system_of(TWO), read_measure_kinds(frame)
    found = cost_range(
        "reserve", Deliveries(system.flows), kinds, users=("A",), size=52.0, product="p"
    )
    assert found.yearly == pytest.approx((0.05 * found.value, 0.06 * found.value))
    row = {"measure": ["m"], "kind": ["second_source"], "product": ["p"], "users": ["A"]}
    measure = pd.DataFrame({**row, "size": [0.5]})
    assert len(read_repair_measures(measure, system)) == 1
    with pytest.raises(TableError, match=r"at most 0\.3"):
        read_repair_measures(measure, system, kinds=frame)


def test_rent_is_counted_where_an_area_per_value_is_known():
    area = {"kind": "reserve", "item": "area", "low": 0.5, "high": 1.0, "unit": "m2/money"}
    frame = pd.concat(
        [edited(), pd.DataFrame([{**area, "mark": "assumption", "source": "our store"}])]
    ).fillna("")
    rent = (frame["kind"] == "reserve") & (frame["item"] == "rent")
    frame.loc[rent, ["low", "high", "unit"]] = (0.1, 0.2, "money/(m2 year)")
    table_of = Deliveries(system_of(TWO).flows)
    ask = {"users": ("A",), "size": 4.0, "product": "p", "origins": ("B",)}
    plain = cost_range("reserve", table_of, OURS, **ask)
    found = cost_range("reserve", table_of, read_measure_kinds(frame), **ask)
    assert found.yearly[0] == pytest.approx(plain.yearly[0] + 0.05 * plain.value)
    assert found.yearly[1] == pytest.approx(plain.yearly[1] + 0.2 * plain.value)
    assert "counted apart" in found.source


def test_rent_in_another_unit_than_the_money_of_the_system_is_refused():
    area = {"kind": "reserve", "item": "area", "low": 0.5, "high": 1.0, "unit": "m2/money"}
    frame = pd.concat(
        [edited(), pd.DataFrame([{**area, "mark": "assumption", "source": "our store"}])]
    ).fillna("")
    assert any("money/(m2 year)" in breach for breach in refused(frame))
    assert any("no item 'rent'" in breach for breach in refused(frame[frame["item"] != "rent"]))


def test_a_kind_that_is_left_out_is_not_there():
    frame = edited()
    kinds = read_measure_kinds(frame[frame["kind"] != "stabilise"])
    assert "stabilise" not in kinds.names
    assert not kinds.applies("stabilise", "")
    row = {"measure": ["m"], "kind": ["stabilise"], "users": ["A"], "size": [0.5]}
    with pytest.raises(TableError, match="a kind of the table of kinds"):
        read_repair_measures(
            pd.DataFrame(row), system_of(TWO), kinds=frame[frame["kind"] != "stabilise"]
        )


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("kind", "reserves", "Did you mean reserve"),
        ("item", "holdin", "Did you mean holding"),
        ("sections", "A;Z", "found 'Z', expected sections of ISIC Rev.4"),
        ("low", 0.9, "found 0.9, above the high end 0.4"),
        ("low", -0.1, "found -0.1, expected 0 or more"),
        ("mark", "quoted", "published or assumption"),
        ("source", "", "column 'source': found nothing"),
        ("high", "much", "column 'high': found 'much'"),
    ],
)
def test_each_thing_that_is_wrong_with_a_row_is_told(column, value, told):
    frame = edited().astype(str)
    frame.loc[0, column] = str(value)
    assert any(told in breach for breach in refused(frame))


def test_items_that_are_missing_or_there_twice_are_told():
    frame = edited()
    told = refused(frame[frame["item"] != "upkeep"])
    assert len(told) == 2
    assert "kind 'backup_capacity': found no item 'upkeep'" in told[0]
    assert any("as in row 2" in breach for breach in refused(pd.concat([frame, frame.head(1)])))
