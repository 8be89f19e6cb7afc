"""Chain maps, firms and exports: the ends of each range, and what only just is a breach."""

import gzip

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainmaps import DOCUMENT, OURS, added, edited, texts, written
from chainwright.classes.credit_codes import ALPHABET, credit_code_fault, expected_check_digit
from chainwright.errors import FormatError, TableError
from chainwright.sources.chain_folders import as_text, chain_csv, read_chain_folder
from chainwright.sources.chain_rows import parts
from chainwright.sources.chain_sums import Rounding
from chainwright.sources.coded_cells import (
    class_fault,
    codes_in,
    date_fault,
    division_fault,
    place_fault,
    product_fault,
    word_fault,
)
from chainwright.sources.exports_table import is_exports, read_exports
from chainwright.sources.firm_tables import firm_tables
from chainwright.sources.typed_rows import checked_rows, typed_rows

BODIES = st.text(alphabet=ALPHABET, min_size=17, max_size=17)


def breaches(folder):
    try:
        read_chain_folder(folder)
    except TableError as error:
        return [str(breach) for breach in error.breaches]
    return []


def told(tmp_path, **changed):
    return breaches(written(tmp_path / "toy", **changed))


@given(BODIES, st.integers(0, 17), st.integers(1, 30))
def test_every_slip_of_one_character_of_any_code_is_caught_and_told(body, at, step):
    code = body + expected_check_digit(body)
    assert credit_code_fault(code) is None
    sign = ALPHABET[(ALPHABET.index(code[at]) + step) % 31]
    slip = code[:at] + sign + code[at + 1 :]
    expected, remedy = credit_code_fault(slip)
    assert expected == f"a last character {expected_check_digit(slip[:-1])!r} after {slip[:-1]}"
    assert remedy.startswith("One or more characters are mistyped: copy it again.")


@given(BODIES, st.integers(0, 15))
def test_an_interchange_of_neighbours_is_caught_and_the_only_mending_offered(body, at):
    code = body + expected_check_digit(body)
    swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    if swapped == code:
        return
    mended = [
        other
        for i in range(17)
        if (other := swapped[:i] + swapped[i + 1] + swapped[i] + swapped[i + 2 :]) != swapped
        and credit_code_fault(other) is None
    ]
    _, remedy = credit_code_fault(swapped)
    assert code in mended
    assert (f"{code} would be one." in remedy) == (len(mended) == 1)


@given(BODIES, st.integers(0, 16), st.sampled_from("IOSVZ"))
def test_a_letter_of_no_code_is_named_by_its_place(body, at, letter):
    code = body + expected_check_digit(body)
    slip = code[:at] + letter + code[at + 1 :]
    expected, remedy = credit_code_fault(slip)
    assert "without I, O, S, V, Z" in expected
    assert f"{letter!r} at place {at + 1}" in remedy
    like = {"O": "0", "I": "1", "S": "5", "Z": "2"}.get(letter)
    fits = like is not None and credit_code_fault(code[:at] + like + code[at + 1 :]) is None
    assert ("would be one" in remedy) == fits


@given(BODIES)
def test_the_check_digit_makes_the_weighted_sum_a_multiple_of_31(body):
    code = body + expected_check_digit(body)
    total = sum(ALPHABET.index(sign) * 3**i for i, sign in enumerate(code[:-1]))
    assert (total + ALPHABET.index(code[-1])) % 31 == 0


def test_a_name_of_signs_of_codes_is_no_code_if_it_has_another_length():
    firms = pd.DataFrame({"firm": ["BYD", "91440300708461136T"], "name_en": ["B", "T"]})
    assert firm_tables(firms)[0]["credit_code"].tolist() == ["", "91440300708461136T"]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("2024", True), ("2024-02", True), ("2024-02-29", True), ("2023-02-29", False),
        ("2024-13", False), ("2024-00", False), ("2024-1", False), ("24", False),
        ("0000", False), ("2024-05-31 ", False), ("٢٠٢٤", False), ("2024-12-31", True),
        ("2024-05-00", False), ("20245", False),
    ],
)  # fmt: skip
def test_a_date_is_a_day_a_month_or_a_year_that_there_is(text, right):
    assert (date_fault(text) is None) == right


@pytest.mark.parametrize(
    ("fault", "good", "bad"),
    [
        (class_fault, ["39", "398", "3985"], ["3", "39850", "C39", "0000", "３９８５"]),
        (product_fault, ["850760", "010121"], ["85076", "8507600", "8507.60", "123456", "999999"]),
        (division_fault, ["440300", "110000"], ["4403", "4403000", "999999"]),
        (place_fault, ["CHN", "TWN", "NAM"], ["CN", "156", "chn", "EU27", "ZZZ"]),
    ],
)
def test_a_code_is_one_of_its_list_as_the_list_writes_it(fault, good, bad):
    for text in good:
        assert fault(text) is None, text
    for text in bad:
        expected, remedy = fault(text)
        assert expected.startswith("a ")
        assert remedy


def test_a_country_written_otherwise_is_told_its_code():
    assert place_fault("CN")[1].endswith("Write CHN.")
    assert "no country" in place_fault("EU27")[1] or "three letters" in place_fault("EU27")[1]
    assert word_fault(("a", "b"))("a") is None
    assert word_fault(("alpha", "beta"))("alpa")[0] == "one of alpha, beta"


def test_cells_of_several_codes_and_parts_are_taken_apart():
    assert codes_in("") == codes_in(" ; ;") == ()
    assert codes_in(";3091;; 3985 ") == ("3091", "3985")
    assert parts("a|b | ") == ("a", "b", "")


@pytest.mark.parametrize(
    ("cell", "inside", "outside"),
    [
        (("nodes", 4, "gap"), ("0", "1"), ("1.01", "-0.01")),
        (("supply", 2, "share"), ("0", "1"), ("1.001", "-0.001")),
        (("supply", 2, "utilisation"), ("0", "1.5"), ("1.51", "-0.1")),
        (("supply", 2, "year"), ("1900", "2100"), ("1899", "2101")),
        (("links", 3, "cost_share"), ("0", "0.5"), ("1.2", "-0.2")),
        (("nodes", 4, "alternatives"), ("0", "3"), ("-1", "1.5")),
        (("nodes", 4, "replace_weeks"), ("0", "1000"), ("-1",)),
        (("links", 3, "lead_time_weeks"), ("0", "99"), ("-0.5",)),
    ],
)
def test_a_number_is_taken_to_the_ends_of_its_range(tmp_path, cell, inside, outside):
    table, row, column = cell
    for k, text in enumerate((*inside, *outside)):
        cells = {column: text, **DOCUMENT}
        if column == "share":
            cells["basis"] = "production"
        found = breaches(written(tmp_path / f"t{k}", **{table: edited(table, row, **cells)}))
        mine = [b for b in found if f"row {row}, column '{column}'" in b]
        assert bool(mine) == (text in outside), (text, found)
        if mine:
            assert f"found '{text}'" in mine[0] or f"found {float(text):g}" in mine[0]


def test_shares_may_exceed_the_whole_by_half_a_point_each_and_by_two_in_all(tmp_path):
    assert Rounding().of(1) == 0.005
    assert Rounding().of(4) == Rounding().of(5) == Rounding().of(1000) == 0.02
    base = {**DOCUMENT, "node": "anode", "basis": "market", "year": "2011"}
    for k, (shares, fine) in enumerate(
        [
            (("0.6", "0.41"), True),
            (("0.6", "0.411"), False),
            (("0.3", "0.3", "0.3", "0.12"), True),
            (("0.3", "0.3", "0.3", "0.0605", "0.0605"), False),
        ]
    ):
        places = ("JPN", "KOR", "DEU", "USA", "FRA")
        more = [{**base, "place": p, "share": s} for p, s in zip(places, shares, strict=False)]
        found = breaches(written(tmp_path / f"t{k}", supply=added("supply", *more)))
        assert (not found) == fine, (shares, found)
        if found:
            total = sum(map(float, shares))
            assert f"{total:.4g} in all for the places of 'anode' in 2011 by market" in found[0]
            assert "at most 1" in found[0]


def test_a_firm_s_share_of_the_world_holds_its_places_and_not_those_of_other_firms(tmp_path):
    base = {**DOCUMENT, "node": "anode", "basis": "capacity", "year": "2012"}
    rows = [
        {**base, "firm": "A", "place": "WLD", "share": "0.3"},
        {**base, "firm": "A", "place": "JPN", "share": "0.2"},
        {**base, "firm": "B", "place": "KOR", "share": "0.6"},
    ]
    assert not told(tmp_path, supply=added("supply", *rows))
    rows[1]["share"] = "0.32"
    (found,) = breaches(written(tmp_path / "b", supply=added("supply", *rows)))
    assert "0.32 in all for the places of A" in found
    assert "at most 0.3" in found
    rows[1]["share"], rows[2]["share"] = "0.3", "0.8"
    (found,) = breaches(written(tmp_path / "c", supply=added("supply", *rows)))
    assert "1.1 in all for the firms of 'anode' in 2012 by capacity" in found


def test_a_number_of_ours_is_refused_and_one_of_nobody_too(tmp_path):
    (found,) = told(tmp_path, links=edited("links", 3, cost_share="0.1", **OURS))
    assert "column 'cost_share': found a number of ours" in found
    found = breaches(
        written(tmp_path / "b", links=edited("links", 3, cost_share="0.1", **DOCUMENT | {
            "printed": ""}))
    )  # fmt: skip
    assert len(found) == 1
    assert "column 'printed': found nothing, expected the printed behind cost_share" in found[0]


def test_each_document_of_a_row_has_its_own_page_and_date(tmp_path):
    two = {"source": "A | B", "page": "1 | 2", "printed": "x | y", "date": "2024 | 2023"}
    rows = {"cost_share": "0.1", "confidence": "documented"}
    assert not told(tmp_path, links=edited("links", 3, **rows, **two))
    for k, (column, text, said) in enumerate(
        [
            ("page", "1", "found 1 parts, expected as many parts as the source has, which is 2"),
            ("printed", "x | y | z", "found 3 parts"),
            ("page", "1 | ", "column 'page': found nothing"),
            ("date", "2024 | ", "column 'date': found nothing"),
            ("date", "2024 | 23", "found '2024 | 23'"),
            ("source", "A | survey: B", "expected survey"),
        ]
    ):
        cells = edited("links", 3, **rows, **(two | {column: text}))
        found = breaches(written(tmp_path / f"t{k}", links=cells))
        assert any(said in line for line in found), (text, found)
    undated = two | {"source": "A | B, undated", "date": "2024 | "}
    assert not breaches(written(tmp_path / "u", links=edited("links", 3, **rows, **undated)))


def test_a_csv_is_written_as_it_was_read_and_text_is_what_stands_in_it(tmp_path):
    held = read_chain_folder(written(tmp_path / "toy"))
    for name in ("nodes", "links", "supply"):
        frame = getattr(held, name)
        (tmp_path / "again").mkdir(exist_ok=True)
        (tmp_path / "again" / f"{name}.csv").write_bytes(chain_csv(frame))
        assert as_text(frame).map(type).eq(str).all().all()
    again = read_chain_folder(tmp_path / "again")
    assert again.origin.sha256 == held.origin.sha256
    pd.testing.assert_frame_equal(again.supply, held.supply)
    frame = pd.DataFrame({"a": [1.0, 0.25, np.nan], "b": [True, False, True]})
    assert as_text(frame).to_numpy().tolist() == [["1", "1"], ["0.25", "0"], ["", "1"]]


def test_the_hash_is_of_the_rows_in_any_order_and_of_each_cell(tmp_path):
    one = read_chain_folder(written(tmp_path / "a")).origin.sha256
    head, *body = texts()["links"].splitlines()
    turned = "\n".join([head, *reversed(body)]) + "\n"
    assert read_chain_folder(written(tmp_path / "b", links=turned)).origin.sha256 == one
    other = edited("nodes", 2, name_en="Other")
    assert read_chain_folder(written(tmp_path / "c", nodes=other)).origin.sha256 != one


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 1.0), ("+1.5", 1.5), ("-.5", -0.5), ("2.", 2.0), ("1e3", 1000.0), ("1E-2", 0.01),
     (" 7 ", 7.0), ("1,000", None), ("5 %", None), ("e5", None), (".", None), ("0x1", None),
     ("inf", None), ("nan", None), ("1e999", None), ("1_000", None)],
)  # fmt: skip
def test_a_number_is_digits_with_a_point_and_nothing_else(text, value):
    rows = pd.DataFrame({"place": ["CHN"], "score": [text]})
    if value is None:
        with pytest.raises(TableError, match="row 2, column 'score'"):
            typed_rows(rows, "governance", required=["place", "score"])
    else:
        frame, _ = typed_rows(rows, "governance", required=["place", "score"])
        assert frame["score"].tolist() == [value]


def test_a_row_has_the_number_of_its_line_and_blank_lines_are_none(tmp_path):
    path = tmp_path / "g.csv"
    path.write_text('place,score\n\nCHN,1\n"J\nPN",2\n , \nUSA,x\n', encoding="utf-8")
    held = checked_rows(path, "governance", required=["place", "score"], keys=["place"])
    assert list(held.numbers) == [3, 4, 7]
    assert [b.where for b in held.breaches] == ["row 7, column 'score'"]


def test_a_key_that_stands_three_times_is_two_breaches_against_the_first():
    rows = pd.DataFrame({"place": ["CHN", "USA", "CHN", "CHN"], "score": ["1"] * 4})
    held = checked_rows(rows, "governance", required=["place", "score"], keys=["place"])
    assert [b.where for b in held.breaches] == ["row 4", "row 5"]
    assert all(b.found == "CHN again, as in row 2" for b in held.breaches)


def test_what_is_packed_is_unpacked_and_what_is_no_text_says_so(tmp_path):
    path = tmp_path / "g.csv"
    path.write_bytes(gzip.compress(b"place,score\nCHN,2\n"))
    frame, origin = typed_rows(path, "governance", required=["place", "score"])
    assert frame["score"].tolist() == [2.0]
    assert (origin.file, origin.format) == ("g.csv", "table")
    path.write_bytes(b"place,score\n\xff\xff\xff,2\n")
    with pytest.raises(FormatError, match=r"no text in UTF-8\. Save it again"):
        typed_rows(path, "governance", required=["place", "score"])
    with pytest.raises(FormatError, match="Got int"):
        typed_rows(3, "governance", required=["place"])


def test_a_column_that_is_not_of_the_schema_is_left_out_and_said():
    rows = pd.DataFrame({"place": ["CHN"], "score": [1.0], "mood": ["good"]})
    frame, origin = typed_rows(rows, "governance", required=["place", "score"])
    assert "mood" not in frame
    assert origin.notes == ("columns left out: mood",)
    assert frame["trade_parameter"].isna().all()


def test_a_site_at_the_end_of_the_earth_is_one_and_beyond_is_none():
    firm = pd.DataFrame({"firm": ["a"], "name_en": ["A"]})

    def sites(latitude, longitude):
        return pd.DataFrame([{"site": "s", "firm": "a", "latitude_deg": latitude,
                              "longitude_deg": longitude}])  # fmt: skip

    held = firm_tables(firm, sites("-90", "180"))[1]
    assert held["latitude_deg"].tolist() == [-90.0]
    for place, column in ((("90.1", "0"), "latitude"), (("0", "-180.1"), "longitude")):
        with pytest.raises(TableError, match=f"column '{column}_deg'"):
            firm_tables(firm, sites(*place))
    with pytest.raises(TableError, match="both coordinates or none"):
        firm_tables(firm, sites("35", ""))


def test_exports_have_sorted_codes_noughts_and_missing_amounts(tmp_path):
    rows = pd.DataFrame(
        {"place": ["b", "a", "b"], "product": ["02", "02", "01"], "value": [0.0, 2.0, np.nan]}
    )
    places, products, value = read_exports(rows).years[None]
    assert (places, products) == (("a", "b"), ("01", "02"))
    np.testing.assert_array_equal(value, [[0.0, 2.0], [np.nan, 0.0]])
    path = tmp_path / "e.csv"
    rows.to_csv(path, index=False)
    assert is_exports(path)
    for bad, said in ((-1e-9, "-1e-09"), (np.inf, "inf")):
        with pytest.raises(TableError, match=said):
            read_exports(rows.assign(value=[1.0, bad, 1.0]))
    with pytest.raises(TableError, match="column 'product'"):
        read_exports(rows.assign(product=["1", "", "2"]))


def test_each_year_of_exports_has_its_own_codes_in_order():
    rows = pd.DataFrame(
        {
            "year": [2021, 2020, 2021],
            "place": ["b", "c", "a"],
            "product": ["x", "y", "x"],
            "value": [1.0, 2.0, 3.0],
        }
    )
    held = read_exports(rows).years
    assert list(held) == [2020, 2021]
    assert held[2020][0] == ("c",)
    assert held[2021][:2] == (("a", "b"), ("x",))
    np.testing.assert_array_equal(held[2021][2], [[3.0], [1.0]])
    one = read_exports(rows[rows["year"] == 2021]).years
    np.testing.assert_array_equal(one[2021][2], [[3.0], [1.0]])
