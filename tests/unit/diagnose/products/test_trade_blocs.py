"""A year in which each bloc is one place: by hand, and against summing frame by frame."""

import numpy as np
import pandas as pd
import pytest

from chainwright.diagnose.products.trade_blocs import (
    CHUNK,
    blocs_among,
    chunks,
    exports_of_one,
    in_year,
    with_blocs,
)
from chainwright.errors import LabelError, UnknownCodeError
from chainwright.system import Axis, Bloc
from trades import made, year_of

ROWS = [
    ("DEU", "FRA", "ore", 7.0, 70.0),  # inside the union
    ("FRA", "DEU", "ore", 3.0, np.nan),
    ("CHN", "DEU", "ore", 4.0, 40.0),
    ("CHN", "FRA", "ore", 6.0, np.nan),  # one of the two quantities is not known
    ("DEU", "JPN", "ore", 5.0, np.nan),
    ("FRA", "JPN", "ore", 1.0, np.nan),  # none is
    ("JPN", "CHN", "tin", 9.0, 90.0),
    ("CHN", "CHN", "tin", 2.0, 20.0),  # to itself
]


@pytest.fixture
def year():
    columns = ["exporter", "importer", "product", "value", "quantity"]
    return year_of(pd.DataFrame(ROWS, columns=columns))


def told(flows):
    """Return the flows as a mapping of codes to value and quantity; each must stand once."""
    found = {
        (flows.places.codes[i], flows.places.codes[j], flows.products.codes[p]): (
            float(flows.value[r]),
            None if flows.quantity is None else float(flows.quantity[r]),
        )
        for r, (i, j, p) in enumerate(
            zip(flows.exporter, flows.importer, flows.product, strict=True)
        )
    }
    assert len(found) == len(flows)
    return found


def test_members_are_summed_and_flows_between_them_are_apart(year):
    found = with_blocs(year, blocs_among(year.places, ["EU27"]))
    assert told(found.flows) == {
        ("CHN", "EU27", "ore"): (10.0, None),
        ("EU27", "JPN", "ore"): (6.0, None),
        ("JPN", "CHN", "tin"): (9.0, None),
    }
    assert found.flows.places.codes == ("CHN", "JPN", "EU27")
    assert found.place.tolist() == [2]
    assert found.inner.tolist() == [[10.0, 0.0]]


def test_a_summed_quantity_counts_the_known_ones(year):
    found = with_blocs(year, blocs_among(year.places, ["EU27"]), quantity=True)
    kept = told(found.flows)
    assert kept["CHN", "EU27", "ore"] == (10.0, 40.0)
    assert np.isnan(kept["EU27", "JPN", "ore"][1])
    assert kept["JPN", "CHN", "tin"] == (9.0, 90.0)


def test_a_flow_between_two_blocs_is_counted_once(year):
    blocs = blocs_among(year.places, ["EU27", "CHN+JPN"])
    found = with_blocs(year, blocs)
    assert told(found.flows) == {
        ("CHN+JPN", "EU27", "ore"): (10.0, None),
        ("EU27", "CHN+JPN", "ore"): (6.0, None),
    }
    assert found.inner.tolist() == [[10.0, 0.0], [0.0, 9.0]]


def test_without_blocs_only_what_a_place_sells_itself_is_left_out(year):
    found = with_blocs(year, [])
    assert len(found.flows) == len(ROWS) - 1
    assert found.flows.places.codes == year.places.codes
    assert found.inner.shape == (0, 2)


def test_a_bloc_of_one_member_keeps_its_place(year):
    found = with_blocs(year, blocs_among(year.places, ["JPN"]))
    assert found.flows.places.codes == year.places.codes
    assert found.flows.places.codes[found.place[0]] == "JPN"
    assert found.inner.tolist() == [[0.0, 0.0]]


def test_which_blocs_can_count_as_one():
    places = Axis("place", ("CHN", "DEU", "FRA", "JPN"))
    assert [b.name for b in blocs_among(places, ["EU27", "ASEAN"])] == ["EU27"]
    assert blocs_among(places, ["EU27"], apart_from=["FRA"]) == ()
    with pytest.raises(UnknownCodeError, match="EU72"):
        blocs_among(places, ["EU72"])
    with pytest.raises(LabelError, match="DEU is in both"):
        with_blocs(
            year_of(pd.DataFrame(ROWS, columns=["exporter", "importer", "product", "value", "q"])),
            blocs_among(places, ["EU27", "DEU+JPN"]),
        )


def test_in_a_year_without_any_member_a_bloc_is_left_out(year):
    gone = in_year(year.places, Bloc("X+Y", ("X", "Y")))
    assert gone.members == ()
    assert with_blocs(year, [gone]).blocs == ()


@pytest.mark.parametrize("rows", [0, 1, CHUNK, CHUNK + 1])
def test_chunks_cover_all_rows_in_turn(rows):
    seen = [i for part in chunks(rows) for i in (part.start, part.stop)]
    assert sum(part.stop - part.start for part in chunks(rows)) == rows
    assert seen == sorted(seen)


@pytest.mark.parametrize("seed", range(4))
def test_many_flows_are_those_that_a_frame_sums_up(seed, monkeypatch):
    monkeypatch.setattr("chainwright.diagnose.products.trade_blocs.CHUNK", 7)
    frame = made(seed, places=8, products=4)
    blocs = {"P00+P03": ["P00", "P03"], "P05+P06": ["P05", "P06"]}
    year = year_of(frame)
    found = with_blocs(year, blocs_among(year.places, list(blocs)), quantity=True)
    of = {member: name for name, members in blocs.items() for member in members}
    wide = frame.assign(
        exporter=frame["exporter"].replace(of), importer=frame["importer"].replace(of)
    )
    inner = wide[wide["exporter"] == wide["importer"]]
    wide = wide[wide["exporter"] != wide["importer"]]
    keys = ["exporter", "importer", "product"]
    sums = wide.groupby(keys).agg(
        value=("value", "sum"), quantity=("quantity", lambda q: q.sum(min_count=1))
    )
    kept = told(found.flows)
    assert sorted(kept) == sorted(sums.index)
    for key, (value, quantity) in kept.items():
        assert value == pytest.approx(sums.loc[key, "value"])
        assert quantity == pytest.approx(sums.loc[key, "quantity"], nan_ok=True)
    for b, name in enumerate(blocs):
        for p, product in enumerate(found.flows.products.codes):
            rows = inner[(inner["exporter"] == name) & (inner["product"] == product)]
            assert found.inner[b, p] == pytest.approx(rows["value"].sum())
    exports, row = exports_of_one(year, blocs_among(year.places, ["P00+P03"])[0])
    mine = wide[wide["exporter"] == "P00+P03"].groupby("product")["value"].sum()
    np.testing.assert_allclose(
        exports[row], [mine.get(code, 0.0) for code in year.products.codes], rtol=1e-12
    )
