"""The part `links`: sales between firms, checked together with the firms."""

import pickle

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

from chainwright import System
from chainwright.errors import LabelError, MissingPartError, TableError
from chainwright.sources import large_rows
from chainwright.system import Firms, Links, read_firms, read_links
from chainwright.tables import example

FIRMS = pd.DataFrame(
    {
        "firm": ["007", "a b", "c", "alone"],
        "sector": ["24", "01", "24", "C"],
        "market": ["", "m", "", ""],
        "region": ["N", "S", "N", ""],
        "output": [10.0, np.nan, 0.0, 4.0],
    }
)
LINKS = pd.DataFrame(
    {"supplier": ["c", "007", "c"], "buyer": ["a b", "c", "007"], "value": [3.0, 1.0, 2.5]}
)


def told(links=LINKS, firms=FIRMS):
    with pytest.raises(TableError) as caught:
        Links.of_table(links, firms)
    return [str(breach) for breach in caught.value.breaches]


def test_links_are_ordered_by_supplier_and_buyer_on_the_axis_of_firms():
    links = Links.of_table(LINKS, FIRMS)
    assert links.axis.codes == ("007", "a b", "c", "alone")
    assert links.supplier.tolist() == [0, 2, 2]
    assert links.buyer.tolist() == [2, 0, 1]
    assert links.value.tolist() == [1.0, 2.5, 3.0]
    assert links.starts.tolist() == [0, 1, 1, 3, 3]
    assert links.sales.tolist() == [1.0, 0.0, 5.5, 0.0]
    assert links.purchases.tolist() == [2.5, 3.0, 1.0, 0.0]
    assert (links.supplier.dtype, links.buyer.dtype, links.value.dtype) == ("i4", "i4", "f8")


def test_sectors_markets_and_regions_are_text_and_the_market_is_the_sector_unless_it_is_named():
    links = Links.of_table(LINKS, FIRMS)
    assert [links.sectors.codes[s] for s in links.sector] == ["24", "01", "24", "C"]
    assert [links.markets.codes[m] for m in links.market] == ["24", "m", "24", "C"]
    assert [links.regions.codes[r] for r in links.region] == ["N", "S", "N", ""]
    assert np.array_equal(links.output, FIRMS["output"].to_numpy(), equal_nan=True)
    plain = Links.of_table(LINKS, FIRMS[["firm", "sector"]])
    assert plain.markets.codes == plain.sectors.codes
    assert plain.regions.codes == ("",)
    assert np.isnan(plain.output).all()


def test_the_same_links_come_from_every_kind_of_table(tmp_path):
    expected = Links.of_table(LINKS, FIRMS).table()
    FIRMS.to_csv(tmp_path / "f.csv", index=False)
    LINKS.to_csv(tmp_path / "l.csv", index=False)
    LINKS.to_csv(tmp_path / "l.csv.gz", index=False)
    LINKS.to_parquet(tmp_path / "l.parquet")
    for name in ("l.csv", "l.csv.gz", "l.parquet"):
        for firms in (tmp_path / "f.csv", str(tmp_path / "f.csv"), read_firms(tmp_path / "f.csv")):
            links = read_links(tmp_path / name, firms)
            pd.testing.assert_frame_equal(links.table(), expected)
            assert links.origin.file == name
    for links in (pl.from_pandas(LINKS), duckdb.from_df(LINKS)):
        pd.testing.assert_frame_equal(Links.of_table(links, FIRMS).table(), expected)


def test_a_long_table_gives_the_same_links(monkeypatch):
    rng = np.random.default_rng(3)
    codes = np.array([f"{i:05}" for i in range(900)])
    firms = pd.DataFrame({"firm": codes, "sector": rng.choice(["1", "02"], 900)})
    first = rng.integers(0, 900, 4000)
    rows = {"supplier": codes[first], "buyer": codes[(first + rng.integers(1, 900, 4000)) % 900]}
    links = pd.DataFrame({**rows, "value": rng.random(4000)})
    cells = Links.of_table(links, firms)
    monkeypatch.setattr(large_rows.numbered_rows, "__kwdefaults__", {"keys": (), "large": 0})
    columns = Links.of_table(links, firms)
    for name in ("supplier", "buyer", "value", "sector"):
        assert np.array_equal(getattr(cells, name), getattr(columns, name))
    assert cells.origin == columns.origin
    sums = links.groupby(["supplier", "buyer"])["value"].sum()
    assert np.allclose(cells.value, sums.to_numpy(), rtol=1e-14)


def test_pairs_that_stand_twice_are_added_up_and_it_is_said():
    links = Links.of_table(pd.concat([LINKS, LINKS.iloc[:1]], ignore_index=True), FIRMS)
    assert links.value.tolist() == [1.0, 2.5, 6.0]
    assert links.origin.notes == ("1 pair of firms stood more than once and was added up",)


BAD_LINKS = {
    "a firm that is unknown": ({"buyer": "cc"}, "row 2, column 'buyer': found 'cc'"),
    "no firm": ({"supplier": ""}, "row 2, column 'supplier': found nothing"),
    "a firm that sells to itself": ({"buyer": "c"}, "row 2: found c as its own buyer"),
    "nothing sold": ({"value": 0.0}, "row 2, column 'value': found 0, expected an amount above 0"),
    "a negative amount": ({"value": -2.0}, "row 2, column 'value': found -2"),
    "no amount": ({"value": np.nan}, "row 2, column 'value': found nothing"),
    "an endless amount": ({"value": np.inf}, "row 2, column 'value': found 'inf'"),
}


@pytest.mark.parametrize("kind", BAD_LINKS)
def test_a_bad_link_is_named_with_table_row_and_column(kind):
    cells, said = BAD_LINKS[kind]
    (found,) = told(LINKS.assign(**{k: [v, *LINKS[k][1:]] for k, v in cells.items()}))
    assert f"the table 'links', {said}" in found


def test_near_firms_are_offered_for_an_unknown_one():
    (said,) = told(LINKS.assign(buyer=["a bb", "c", "007"]))
    assert "Did you mean a b?" in said


def test_breaches_of_both_tables_are_told_together():
    firms = FIRMS.assign(sector=["24", "", "24", "C"], output=[-1.0, 1.0, 1.0, 1.0])
    found = told(LINKS.assign(value=[0.0, 1.0, -1.0]), firms)
    assert len(found) == 4
    assert "the table 'firms', row 3, column 'sector': found nothing" in found[0]
    assert "the table 'firms', row 2, column 'output': found -1" in found[1]


def test_firms_without_a_sector_cannot_have_links():
    firms = Firms.of_table(pd.DataFrame({"firm": ["c"], "name_en": ["Cells"]}))
    (said,) = told(LINKS.iloc[:0].astype(object), firms)[:1]
    assert "the firm 'c', column 'sector': found nothing" in said


def test_firms_need_no_name_where_they_have_a_sector_and_no_column_of_names():
    assert len(Firms.of_table(FIRMS[["firm", "sector"]]).table) == 4
    with pytest.raises(TableError, match="no name"):
        Firms.of_table(FIRMS[["firm", "sector"]].assign(name_en=["A", "", "C", "D"]))


def test_the_example_of_the_schema_is_read(tmp_path):
    for name in ("firms", "links"):
        (tmp_path / f"{name}.csv").write_text(example(name), encoding="utf-8")
    links = read_links(tmp_path / "links.csv", tmp_path / "firms.csv")
    assert repr(links) == "<Links: 1 link between 2 firms of 2 sectors>"


def test_a_system_holds_links_joins_them_and_comes_back_from_another_process():
    firms = Firms.of_table(FIRMS)
    links = Links.of_table(LINKS, firms)
    system = System(firms=firms).joined(System(links=links))
    assert system.has == {"firms", "links"}
    assert (
        repr(system)
        == "<System: Firms: 4 firms, 0 sites; Links: 3 links between 4 firms of 3 sectors>"
    )
    assert set(system.origin) == {"firms", "links"}
    again = pickle.loads(pickle.dumps(system))  # noqa: S301 - our own bytes
    pd.testing.assert_frame_equal(again.links.table(), links.table())
    with pytest.raises(ValueError, match="read-only"):
        again.links.value[0] = 1.0


def test_links_of_other_firms_are_refused():
    with pytest.raises(LabelError, match="links are of other firms"):
        System(firms=Firms.of_table(FIRMS.iloc[::-1]), links=Links.of_table(LINKS, FIRMS))


def test_a_system_without_links_says_how_to_get_them():
    with pytest.raises(MissingPartError, match="read_links"):
        System().links  # noqa: B018
