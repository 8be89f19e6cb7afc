"""The tables of a maker, checked together: every breach in all of them at once."""

import pandas as pd
import pytest

from chainwright.errors import MissingFileError, TableError
from chainwright.sources.bill_loops import loops
from chainwright.sources.maker_tables import (
    MAKER_TABLES,
    checked_maker,
    is_maker_folder,
    read_maker_folder,
)
from chainwright.tables import example, schema


def tables(**changed):
    """Return a small maker's tables, with some in place of others."""
    given = {
        "products": "item,demand_per_week\nF,10\n",
        "bill": "parent,component,quantity\nF,a,2\na,b,3\n",
        "suppliers": "supplier,name\nV,Vendor\nW,Works\n",
        "sites": "site,supplier\nP,\nS,V\n",
        "sourcing": "item,supplier,site,share\nF,,P,1\na,V,S,1\n",
        **changed,
    }
    frames = {}
    for table, text in given.items():
        header, *rows = (line.split(",") for line in text.splitlines())
        frames[table] = pd.DataFrame(rows, columns=header)
    return frames


def breaches(**changed):
    with pytest.raises(TableError) as caught:
        checked_maker(tables(**changed), name="toy")
    return [(b.where, b.found) for b in caught.value.breaches]


def test_tables_in_order_have_the_columns_of_their_schemas():
    held = checked_maker(tables(), name="toy")
    assert set(held.tables) == set(MAKER_TABLES)
    for table, frame in held.tables.items():
        assert list(frame.columns) == [c.column for c in schema(f"maker_{table}")]
    assert held.tables["stocks"].empty


def test_the_hash_does_not_know_the_order_of_rows():
    one = checked_maker(tables(), name="toy").origin.sha256
    turned = tables(bill="parent,component,quantity\na,b,3\nF,a,2\n")
    assert checked_maker(turned, name="toy").origin.sha256 == one
    other = tables(bill="parent,component,quantity\na,b,3\nF,a,1\n")
    assert checked_maker(other, name="toy").origin.sha256 != one


@pytest.mark.parametrize(
    ("table", "text", "where", "found"),
    [
        ("bill", "parent,component,quantity\nF,a,0\n", "bill.csv, row 2, column 'quantity'", "0"),
        ("stocks", "item,quantity\na,-1\n", "stocks.csv, row 2, column 'quantity'", "-1"),
        ("stocks", "item,quantity\nz,1\n", "stocks.csv, row 2, column 'item'", "'z'"),
        ("stocks", "item,site,quantity\na,X,1\n", "stocks.csv, row 2, column 'site'", "'X'"),
        ("alternates", "item,supplier\na,Q\n", "alternates.csv, row 2, column 'supplier'", "'Q'"),
        ("sourcing", "item,supplier\na,\n", "sourcing.csv, row 2", "neither supplier nor site"),
        (
            "sourcing",
            "item,supplier,site\na,W,S\n",
            "sourcing.csv, row 2, column 'supplier'",
            "'W' at 'S', which is worked by V",
        ),
        (
            "sourcing",
            "item,supplier,site,share\na,V,S,0.6\na,W,,0.6\n",
            "sourcing.csv, rows 2, 3, column 'share'",
            "1.2 in all for 'a'",
        ),
        (
            "parts",
            "item\nF\n",
            "products.csv, row 2, column 'item'",
            "'F', which parts.csv has too",
        ),
        (
            "alternates",
            "item,supplier,fixed_cost_low,fixed_cost_high\na,V,5,4\n",
            "alternates.csv, row 2, column 'fixed_cost_low'",
            "5, above the high end 4",
        ),
        (
            "bill",
            "parent,component,quantity\nF,a,1\na,b,1\nb,a,1\n",
            "bill.csv, rows 3, 4",
            "the loop a needs b needs a",
        ),
        (
            "bill",
            "parent,component,quantity\nF,a,1\na,a,1\n",
            "bill.csv, row 3",
            "'a' as part of itself",
        ),
    ],
)
def test_a_breach_names_its_table_row_and_column(table, text, where, found):
    assert (where, found) in breaches(**{table: text})


def test_breaches_of_all_tables_come_at_once():
    found = breaches(
        stocks="item,quantity\nz,-1\n", sites="site,supplier\nP,\nS,Q\n", parts="item\nF\n"
    )
    assert {where.split(",")[0] for where, _ in found} >= {
        "stocks.csv",
        "sites.csv",
        "products.csv",
    }


def test_shares_that_are_rounded_agree_and_unknown_ones_are_left_alone():
    text = "item,supplier,site,share\nF,,P,1\na,V,S,0.333\na,W,,0.667\n"
    assert checked_maker(tables(sourcing=text), name="toy")
    text = "item,supplier,site,share\nF,,P,1\na,V,S,0.3\na,W,,\n"
    assert checked_maker(tables(sourcing=text), name="toy")


def test_a_table_that_lacks_and_one_that_is_unknown_are_told():
    given = tables()
    del given["bill"]
    given["bil"] = given["stocks"] = pd.DataFrame({"item": ["F"], "quantity": ["1"]})
    with pytest.raises(TableError) as caught:
        checked_maker(given, name="toy")
    assert {b.where for b in caught.value.breaches} >= {"bill", "bil"}
    assert "Did you mean bill?" in str(caught.value)


def test_a_folder_is_a_makers_only_with_what_is_needed(tmp_path):
    for table in MAKER_TABLES:
        (tmp_path / f"{table}.csv").write_text(example(f"maker_{table}"), encoding="utf-8")
    assert is_maker_folder(tmp_path)
    assert len(read_maker_folder(tmp_path).tables["bill"]) == 5
    (tmp_path / "bill.csv").unlink()
    assert not is_maker_folder(tmp_path)
    with pytest.raises(MissingFileError, match=r"lacks bill\.csv"):
        read_maker_folder(tmp_path)


def test_the_shortest_loop_of_each_knot_is_given_by_its_rows():
    parents, components = list("abcdxyq"), list("bcaeyxq")
    found = sorted(loops(parents, components))
    assert found == [([0, 1, 2], [0, 1, 2]), ([4, 5], [4, 5])]
    assert list(loops([], [])) == []
    assert list(loops(["a", ""], ["b", ""])) == []
