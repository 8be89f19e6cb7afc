"""Chain maps in folders: what is read, and every kind of breach with its file, row and column."""

import gzip
import io

import numpy as np
import pandas as pd
import pytest

from chainmaps import DOCUMENT, OURS, added, as_csv, edited, made_up, rows_of, texts, written
from chainwright.errors import FormatError, MissingFileError, ParameterError, TableError
from chainwright.sources.chain_folders import (
    checked_chain,
    is_chain_folder,
    read_chain_folder,
)
from chainwright.sources.chain_rows import parts
from chainwright.sources.chain_sums import Rounding
from chainwright.sources.coded_cells import words
from chainwright.tables import schema


def breaches(folder):
    with pytest.raises(TableError) as caught:
        read_chain_folder(folder)
    return [str(breach) for breach in caught.value.breaches]


def test_the_example_is_a_chain_map(tmp_path):
    held = read_chain_folder(written(tmp_path / "toy"))
    assert list(held.nodes["node"]) == ["graphite", "anode", "coater", "simulation", "cell"]
    assert held.nodes["final"].tolist() == [False] * 4 + [True]
    assert held.nodes["gbt4754"][1] == "3091;3985"
    assert held.nodes["gap"][2] == 0.4
    assert held.nodes["gap"].isna().sum() == 4
    assert held.links["cost_share"].tolist()[1] == 0.12
    assert held.supply["year"][0] == 2024
    assert held.supply["year"].isna().sum() == 1
    assert held.origin.file == "toy"
    assert held.origin.format == "chain map"
    assert len(held.origin.sha256) == 64


@pytest.mark.parametrize("table", ["nodes", "links", "supply"])
def test_the_tables_have_the_columns_of_their_schemas(tmp_path, table):
    held = read_chain_folder(written(tmp_path / "toy"))
    assert list(getattr(held, table)) == [c.column for c in schema(f"chain_{table}")]


def test_a_mark_of_byte_order_and_other_line_ends_change_nothing(tmp_path):
    plain = read_chain_folder(written(tmp_path / "plain"))
    odd = {t: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode() for t, text in texts().items()}
    pd.testing.assert_frame_equal(
        read_chain_folder(written(tmp_path / "odd", **odd)).supply, plain.supply
    )


def test_codes_stay_text(tmp_path):
    text = edited("supply", 2, place="NAM")
    assert read_chain_folder(written(tmp_path / "toy", supply=text)).supply["place"][0] == "NAM"
    text = edited("nodes", 2, gbt4754="0610", hs="010121")
    nodes = read_chain_folder(written(tmp_path / "toy", nodes=text)).nodes
    assert (nodes["gbt4754"][0], nodes["hs"][0]) == ("0610", "010121")


def test_a_map_may_know_no_supplier(tmp_path):
    held = read_chain_folder(written(tmp_path / "toy", supply=as_csv("supply", [])))
    assert held.supply.empty
    assert list(held.supply) == [c.column for c in schema("chain_supply")]


def test_a_column_that_is_in_no_schema_is_left_out_and_noted(tmp_path):
    text = texts()["links"].replace("confidence\n", "confidence,colour\n", 1)
    head, *lines = text.splitlines()
    text = "\n".join([head, *(f"{line},red" for line in lines)])
    held = read_chain_folder(written(tmp_path / "toy", links=text))
    assert held.origin.notes == ("links.csv: columns left out: colour",)


BAD_NODES = {
    "a word of no kind": ({"kind": "matter"}, "column 'kind': found 'matter'", "material"),
    "a stage near one": ({"stage": "Materials"}, "column 'stage'", "Did you mean material?"),
    "a confidence of no kind": ({"confidence": "sure"}, "column 'confidence'", "documented"),
    "no name": ({"name_zh": ""}, "column 'name_zh': found nothing", "Fill it in"),
    "a class that is none": ({"gbt4754": "9999"}, "column 'gbt4754'", "There is no such code"),
    "a section": ({"gbt4754": "C3841"}, "column 'gbt4754'", "Write digits alone"),
    "classes with a comma": ({"gbt4754": "3841,3985"}, "found '3841,3985'", "';' between"),
    "a good without class": ({"gbt4754": ""}, "column 'gbt4754'", "the class of the material"),
    "a heading of HS": ({"hs": "8507"}, "column 'hs'", "six digits"),
    "a product that is none": ({"hs": "850799"}, "column 'hs'", "There is no such code"),
    "a gap in per cent": ({"gap": "40"}, "column 'gap': found 40", "Write 37 % as 0.37"),
    "a per cent sign": ({"gap": "12%"}, "column 'gap': found '12%'", "Write it as 1234.5"),
    "a thousands separator": ({"stock_weeks": "1,234.5"}, "found '1,234.5'", "without a thousands"),
    "a negative number": ({"stock_weeks": "-1"}, "column 'stock_weeks'", "a number from 0"),
    "half a substitute": ({"alternatives": "1.5"}, "column 'alternatives'", "a whole number"),
    "a day that is none": ({"date": "2024-02-30"}, "column 'date'", "There is no such day"),
    "a date the other way round": ({"date": "31/12/2024"}, "column 'date'", "the year first"),
    "yes and no": ({"final": "maybe"}, "column 'final'", "Write 1 or 0"),
    "a number without page": ({"page": ""}, "column 'page': found nothing", "behind stock_weeks"),
    "a number without print": ({"printed": ""}, "column 'printed'", "Copy the figure"),
    "a number without source": ({"source": ""}, "column 'source'", "behind stock_weeks"),
    "a number without date": ({"date": ""}, "column 'date'", "say 'undated'"),
    "a number of ours": ({"confidence": "ours"}, "column 'stock_weeks'", "leave the number out"),
    "two sources and one page": ({"source": "A | B"}, "column 'page': found 1 parts", "which is 2"),
    "a survey that is documented": (
        {"source": "A | survey: Li", "page": "1 | gap", "printed": "x | y", "date": "2024 | 2024"},
        "column 'confidence'",
        "the weakest part",
    ),
    "a line break": ({"grade_en": "wide\nand flat"}, "column 'grade_en'", "on one line"),
    "a stock of no place": (
        {"gap_place": ""}, "column 'gap_place': found nothing", "whose stock_weeks this is"
    ),
    "a gap of no place": (
        {"gap": "0.2", "stock_weeks": "", "gap_place": ""},
        "column 'gap_place': found nothing",
        "whose gap this is",
    ),
    "a gap of a place that is none": ({"gap_place": "CNH"}, "found 'CNH'", "3166"),
    "a gap of a group": ({"gap_place": "EU27"}, "found 'EU27'", "3166"),
    "a gap of the world": ({"gap_place": "WLD"}, "found 'WLD'", "3166"),
    "a place without a gap": (
        {"stock_weeks": ""}, "column 'gap_place': found 'CHN'", "Take it out, or fill in"
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD_NODES)
def test_a_bad_node_is_named_with_row_column_and_remedy(tmp_path, kind):
    cells, *said = BAD_NODES[kind]
    told = breaches(written(tmp_path / "toy", nodes=edited("nodes", 3, **cells)))
    assert any(t.startswith("nodes.csv, row 3,") and all(s in t for s in said) for t in told), told


def test_a_gap_and_a_stock_of_no_place_are_one_breach(tmp_path):
    text = edited("nodes", 3, gap="0.2", gap_place="")
    (told,) = breaches(written(tmp_path / "toy", nodes=text))
    assert "the place whose gap and stock_weeks this is" in told


def test_a_number_that_cannot_be_read_is_one_breach(tmp_path):
    (told,) = breaches(written(tmp_path / "toy", nodes=edited("nodes", 3, stock_weeks="4 weeks")))
    assert "column 'stock_weeks': found '4 weeks'" in told


def test_a_map_from_before_the_column_is_told_to_name_the_places(tmp_path):
    lines = pd.read_csv(io.StringIO(texts()["nodes"]), dtype=str, keep_default_na=False)
    text = lines.drop(columns="gap_place").to_csv(index=False)
    told = breaches(written(tmp_path / "toy", nodes=text))
    assert [t.partition(":")[0] for t in told] == [
        f"nodes.csv, row {row}, column 'gap_place'" for row in (3, 4)
    ]


def test_substitutes_and_weeks_to_replace_are_of_no_place(tmp_path):
    cells = {"gap": "", "stock_weeks": "", "gap_place": "", "alternatives": "2"}
    text = edited("nodes", 4, **cells)  # its 52 weeks to replace stay
    coater = read_chain_folder(written(tmp_path / "toy", nodes=text)).nodes.loc[2]
    assert (coater["alternatives"], coater["replace_weeks"], coater["gap_place"]) == (2, 52, "")


BAD_LINKS = {
    "an end that is no node": ({"to_node": "cel"}, "column 'to_node': found 'cel'", "mean cell?"),
    "no end": ({"from_node": ""}, "column 'from_node'", "Fill it in"),
    "a link to itself": ({"from_node": "cell"}, "'cell' as input of itself", "two nodes"),
    "a necessity of no kind": ({"necessity": "vital"}, "column 'necessity'", "essential, repl"),
    "a cost share above one": ({"cost_share": "12"}, "column 'cost_share'", "0.37"),
    "a quantity without unit": ({"quantity_per_unit": "2"}, "column 'quantity_unit'", "Fill it in"),
    "an essential way back": (
        {"route": "recycling"}, "column 'necessity': found essential", "for the first time"
    ),
    "a lead time of ours": (
        {"confidence": "ours", "lead_time_weeks": "8"}, "column 'lead_time_weeks'", "of ours"
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD_LINKS)
def test_a_bad_link_is_named_with_row_and_remedy(tmp_path, kind):
    cells, *said = BAD_LINKS[kind]
    told = breaches(written(tmp_path / "toy", links=edited("links", 3, **cells)))
    assert any(t.startswith("links.csv, row 3") and all(s in t for s in said) for t in told), told


BAD_SUPPLY = {
    "a node of no map": ({"node": "grafite"}, "column 'node'", "Did you mean graphite?"),
    "two letters": ({"place": "CN"}, "column 'place': found 'CN'", "Write CHN."),
    "a name": ({"place": "China"}, "column 'place'", "China (CHN)"),
    "a group": ({"place": "EU27"}, "column 'place'", "a country or territory"),
    "a country that is gone": ({"place": "SUN"}, "column 'place'", "a country or territory"),
    "a share in per cent": ({"share": "70"}, "column 'share': found 70", "0.37"),
    "a share without basis": ({"basis": ""}, "column 'basis'", "a basis beside the share"),
    "a basis of no kind": ({"basis": "sales"}, "column 'basis'", "one of production"),
    "a year of two digits": ({"year": "24"}, "column 'year'", "four digits"),
    "half a year": ({"year": "2024.5"}, "column 'year'", "Write a whole number"),
    "capacity without unit": ({"capacity": "9"}, "column 'capacity_unit'", "beside the capacity"),
    "utilisation in per cent": ({"utilisation": "85"}, "column 'utilisation'", "0.85"),
    "the world without a firm": ({"place": "WLD"}, "column 'firm'", "a firm beside WLD"),
    "the world's own use": (
        {"place": "WLD", "basis": "domestic_use"}, "column 'place': found WLD", "Name the country"
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD_SUPPLY)
def test_a_bad_row_of_supply_is_named_with_row_column_and_remedy(tmp_path, kind):
    cells, *said = BAD_SUPPLY[kind]
    told = breaches(written(tmp_path / "toy", supply=edited("supply", 2, **cells)))
    assert any(t.startswith("supply.csv, row 2,") and all(s in t for s in said) for t in told), told


@pytest.mark.parametrize(
    ("table", "said"), [("nodes", "graphite"), ("links", "graphite, anode"), ("supply", "CHN")]
)
def test_a_row_that_stands_twice_is_refused(tmp_path, table, said):
    text = added(table, rows_of(table)[0])
    told = breaches(written(tmp_path / "toy", **{table: text}))
    last = len(rows_of(table)) + 2
    assert any(f"{table}.csv, row {last}: found {said}" in t or said in t for t in told)
    assert any("again, as in row 2" in t for t in told)


def test_a_node_without_links_is_an_orphan(tmp_path):
    lone = {**rows_of("nodes")[0], "node": "lone"}
    told = breaches(written(tmp_path / "toy", nodes=added("nodes", lone)))
    assert told == [
        "nodes.csv, row 7, column 'node': found 'lone' without a link, expected a link to or from "
        "it. Link it in links.csv, or leave it out."
    ]


def test_a_chain_without_a_finished_good_is_refused(tmp_path):
    told = breaches(written(tmp_path / "toy", nodes=edited("nodes", 6, final="0")))
    assert len(told) == 1
    assert "column 'final': found no 1" in told[0]


def test_a_loop_is_named_node_by_node_with_its_rows(tmp_path):
    back = {"from_node": "cell", "to_node": "anode", "necessity": "replaceable", **OURS}
    told = breaches(written(tmp_path / "toy", links=added("links", back)))
    assert told == [
        "links.csv, rows 3, 7: found anode -> cell -> anode, expected no loop. Leave a link out, "
        "or write the route 'recycling' if it brings back used goods."
    ]


def test_each_set_of_nodes_that_feed_one_another_is_told_once(tmp_path):
    nodes = [{**rows_of("nodes")[0], "node": f"n{i}", "final": str(int(i == 5))} for i in range(6)]
    ends = [(0, 1), (1, 2), (2, 0), (0, 2), (2, 3), (3, 4), (4, 3), (4, 5)]
    links = [{"from_node": f"n{i}", "to_node": f"n{j}", **OURS} for i, j in ends]
    folder = written(
        tmp_path / "toy",
        nodes=as_csv("nodes", nodes),
        links=as_csv("links", links),
        supply=as_csv("supply", []),
    )
    told = breaches(folder)
    assert len(told) == 2
    assert any("rows 5, 4: found n0 -> n2 -> n0" in t for t in told)
    assert any("rows 7, 8: found n3 -> n4 -> n3" in t for t in told)


def test_recycling_may_close_a_loop_among_other_routes(tmp_path):
    text = edited("links", 6, route="Malacca; recycling")
    assert len(read_chain_folder(written(tmp_path / "toy", links=text)).links) == 5
    told = breaches(written(tmp_path / "toy", links=edited("links", 6, route="Malacca")))
    assert any("graphite -> anode -> cell -> graphite" in t for t in told)


def share(node, place, value, firm="", **more):
    cells = {"node": node, "place": place, "firm": firm, "share": str(value)}
    return {**cells, "basis": "production", "year": "2024", **DOCUMENT, **more}


def summed(tmp_path, *rows):
    return written(tmp_path / "toy", supply=as_csv("supply", rows))


def test_shares_of_places_over_the_whole_are_refused(tmp_path):
    rows = [share("cell", "CHN", 0.7), share("cell", "JPN", 0.2), share("cell", "KOR", 0.15)]
    (told,) = breaches(summed(tmp_path, *rows))
    assert "rows 2, 3, 4, column 'share': found 1.05 in all for the places of 'cell'" in told
    assert "in 2024 by production, expected at most 1" in told


def test_shares_may_be_off_by_rounding_and_of_other_years_and_bases(tmp_path):
    rows = [share("cell", "CHN", 0.7), share("cell", "JPN", 0.2), share("cell", "KOR", 0.115)]
    more = [share("cell", "CHN", 0.9, year="2023"), share("cell", "CHN", 0.9, basis="exports")]
    assert len(read_chain_folder(summed(tmp_path, *rows, *more)).supply) == 5


def test_shares_of_no_year_are_added_up_with_their_own_source(tmp_path):
    rows = [share("cell", "CHN", 0.7, year=""), share("cell", "JPN", 0.6, year="", source="B")]
    assert len(read_chain_folder(summed(tmp_path, *rows)).supply) == 2
    rows[1]["source"] = rows[0]["source"]
    assert "found 1.3 in all" in breaches(summed(tmp_path, *rows))[0]


def test_firms_are_part_of_their_place_and_not_added_to_it(tmp_path):
    rows = [
        share("cell", "CHN", 0.7),
        share("cell", "CHN", 0.4, "a"),
        share("cell", "CHN", 0.3, "b"),
    ]
    assert len(read_chain_folder(summed(tmp_path, *rows)).supply) == 3
    (told,) = breaches(summed(tmp_path, *rows, share("cell", "CHN", 0.1, "c")))
    assert "found 0.8 in all for the firms of CHN" in told
    assert "expected at most 0.7" in told


def test_places_of_a_firm_are_part_of_its_share_of_the_world(tmp_path):
    rows = [share("cell", "WLD", 0.5, "a"), share("cell", "CHN", 0.3, "a")]
    assert len(read_chain_folder(summed(tmp_path, *rows)).supply) == 2
    (told,) = breaches(summed(tmp_path, *rows, share("cell", "JPN", 0.3, "a")))
    assert "found 0.6 in all for the places of a" in told
    over = [*rows, share("cell", "JPN", 0.6, "b")]
    (told,) = breaches(summed(tmp_path, *over))
    assert "rows 2, 4, column 'share': found 1.1 in all for the firms of" in told


def test_shares_of_own_use_are_never_added_up_over_places(tmp_path):
    rows = [share("cell", p, 0.9, basis="domestic_use") for p in ("CHN", "JPN")]
    assert len(read_chain_folder(summed(tmp_path, *rows)).supply) == 2
    own = [share("cell", "CHN", 0.95, "a", basis="domestic_use")]
    assert "firms of CHN" in breaches(summed(tmp_path, *rows, *own))[0]


def test_costs_of_inputs_over_the_whole_are_refused(tmp_path):
    more = {"from_node": "graphite", "to_node": "cell", "cost_share": "0.95", **DOCUMENT}
    (told,) = breaches(written(tmp_path / "toy", links=added("links", more)))
    assert "rows 3, 7, column 'cost_share': found 1.07 in all for the inputs of 'cell'" in told


def test_the_room_for_rounding_is_bounded():
    assert Rounding().of(1) == pytest.approx(0.005)
    assert Rounding().of(4) == pytest.approx(0.02)
    assert Rounding().of(400) == pytest.approx(0.02)
    with pytest.raises(ParameterError, match="each"):
        Rounding(each=0.2)


def test_all_breaches_of_all_three_files_are_told_at_once(tmp_path):
    folder = written(
        tmp_path / "toy",
        nodes=edited("nodes", 2, kind="matter"),
        links=edited("links", 3, to_node="cel"),
        supply=edited("supply", 2, place="CN"),
    )
    told = breaches(folder)
    assert [t.partition(",")[0] for t in told] == ["nodes.csv", "links.csv", "supply.csv"]


def test_a_long_list_of_breaches_is_spelt_out_for_its_author(tmp_path):
    rows = [{**row, "node": f"x{i}"} for i in range(40) for row in rows_of("supply")[:1]]
    with pytest.raises(TableError) as caught:
        read_chain_folder(written(tmp_path / "toy", supply=as_csv("supply", rows)))
    assert str(caught.value).count("\n") == 40
    assert "The chain map 'toy' cannot be used as it is, in 40 places" in str(caught.value)


def test_a_missing_column_hides_nothing_of_the_other_files(tmp_path):
    links = texts()["links"].replace("to_node", "too_node", 1)
    told = breaches(written(tmp_path / "toy", links=links, nodes=edited("nodes", 2, kind="x")))
    assert any("links.csv, row 1: found no column 'to_node'" in t for t in told)
    assert any("Did you mean too_node?" in t for t in told)
    assert any("column 'kind'" in t for t in told)


def test_a_misspelt_column_that_may_be_absent_is_not_lost_in_silence(tmp_path):
    links = texts()["links"].replace("cost_share", "cost_shares", 1)
    told = breaches(written(tmp_path / "toy", links=links))
    assert any("the column 'cost_shares'" in t and "mean cost_share?" in t for t in told)


def test_a_row_of_another_length_is_refused(tmp_path):
    told = breaches(written(tmp_path / "toy", supply=texts()["supply"] + "cell,CHN\n"))
    assert told == ["supply.csv, row 8: found 2 cells, expected 14. Quote cells that hold commas."]


def test_gbk_is_refused_by_its_name_with_a_remedy(tmp_path):
    folder = written(tmp_path / "toy", nodes=texts()["nodes"].encode("gbk"))
    with pytest.raises(FormatError, match=r"'nodes.csv'.*seems to be in GBK.*'CSV UTF-8'"):
        read_chain_folder(folder)


def test_bytes_that_are_no_text_and_quotes_that_never_close_are_refused(tmp_path):
    with pytest.raises(FormatError, match=r"'nodes.csv' is no text in UTF-8\. Save"):
        read_chain_folder(written(tmp_path / "a", nodes=b"\xff\xfe\x00\x81\xff"))
    endless = texts()["nodes"] + '"' + "x" * 200_000
    with pytest.raises(FormatError, match="Close every quote"):
        read_chain_folder(written(tmp_path / "b", nodes=endless))


def test_what_is_not_there_is_said(tmp_path):
    with pytest.raises(MissingFileError, match=r"lacks links\.csv and supply\.csv"):
        read_chain_folder(written(tmp_path / "toy", links=None, supply=None))
    with pytest.raises(MissingFileError, match="no folder"):
        read_chain_folder(tmp_path / "nothing")
    assert not is_chain_folder(tmp_path / "toy")
    assert not is_chain_folder(tmp_path / "nothing")


def test_packed_files_are_read_by_their_bytes(tmp_path):
    packed = {table: gzip.compress(text.encode()) for table, text in texts().items()}
    held = read_chain_folder(written(tmp_path / "toy", **packed))
    assert held.origin.sha256 == read_chain_folder(written(tmp_path / "plain")).origin.sha256


def test_a_document_without_a_date_says_so_in_its_source(tmp_path):
    cells = {"source": "A page, undated", "date": ""}
    text = edited("nodes", 3, **cells)
    assert read_chain_folder(written(tmp_path / "toy", nodes=text)).nodes["date"][1] == ""
    two = {"source": "A page, undated | B, 2024", "page": "1 | 2", "printed": "x | y", "date": ""}
    told = breaches(written(tmp_path / "toy", nodes=edited("nodes", 3, **two)))
    assert len(told) == 1
    assert "column 'date'" in told[0]


def test_a_node_of_knowledge_needs_no_class(tmp_path):
    for kind in ("software", "technology", "service", "process"):
        text = edited("nodes", 2, kind=kind, gbt4754="")
        assert read_chain_folder(written(tmp_path / "toy", nodes=text)).nodes["kind"][0] == kind


def test_tables_in_memory_go_through_the_same_checks():
    chain = made_up(3)
    frames = {"nodes": chain.nodes, "links": chain.links, "supply": chain.supply}
    again = checked_chain(frames, name="made-up")
    assert again.origin.sha256 == chain.origin.sha256
    pd.testing.assert_frame_equal(again.supply, chain.supply)
    frames["nodes"] = chain.nodes.assign(gap=2.0)
    with pytest.raises(TableError, match=r"nodes\.csv, row 2, column 'gap': found 2"):
        checked_chain(frames, name="made-up")


def test_infinite_and_missing_numbers_in_memory_are_told_apart():
    chain = made_up(4)
    frames = {"nodes": chain.nodes, "links": chain.links}
    unknown = chain.supply.assign(share=np.nan)
    assert checked_chain({**frames, "supply": unknown}, name="x").supply["share"].isna().all()
    with pytest.raises(TableError, match="column 'share': found 'inf'"):
        checked_chain({**frames, "supply": chain.supply.assign(share=np.inf)}, name="x")


def test_words_stand_in_their_order():
    assert words("stage")[0] == "resource"
    assert words("stage")[-1] == "support"
    assert words("confidence") == ("documented", "survey", "ours")
    assert len(words("kind")) == 8


def test_parts_of_a_cell_are_trimmed():
    assert parts("a | b|") == ("a", "b", "")
    assert parts("") == ("",)
