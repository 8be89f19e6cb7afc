"""Messy files of readings, each with its documented outcome: N normalised, W warned, R rejected.

The families are those of the corpus of malformed input for CSV, XLSX and Parquet.
"""

import io
import zipfile
from dataclasses import dataclass, field

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["CASES", "Case"]

POWER = ("grid_electricity", "", "2025-03", 1.2345)
HEAD = "企业,月份,用电量（kWh）\n"
LONG = "firm,kind,item,month,value,unit\n"


@dataclass(frozen=True)
class Case:
    """A file, what is said on reading it, and its outcome."""

    outcome: str
    raw: bytes
    name: str = "f.csv"
    accepted: tuple = ()
    rejected: tuple = ()
    remarks: tuple = ()
    said: dict = field(default_factory=dict)


def book(*rows, merged=(), sheets=None, hidden=()):
    """Return an XLSX of some sheets, each a list of rows."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for title, lines in (sheets or {"表1": rows}).items():
        page = made.create_sheet(title)
        for line in lines:
            page.append(list(line))
        for span in merged:
            page.merge_cells(span)
        if title in hidden:
            page.sheet_state = "hidden"
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


def repacked(raw, *, add=(), change=None):
    """Return a packed file with more members, or with one changed."""
    held = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as old,
        zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(name, content) if change else content)
        for name, content in add:
            new.writestr(name, content)
    return held.getvalue()


def parquet(**columns):
    held = io.BytesIO()
    pq.write_table(pa.table(columns), held)
    return held.getvalue()


def text(outcome, content, *accepted, encoding="utf-8", **more):
    return Case(outcome, content.encode(encoding), accepted=accepted, **more)


def cell(outcome, written, value=None, *, unit="kWh", rejected=(), remarks=()):
    """Return a case of one amount in a file of one row; the value is in MWh."""
    accepted = () if value is None else ((*POWER[:3], value),)
    raw = f'企业,月份,用电量（{unit}）\nA,2025-03,"{written}"\n'.encode()
    return Case(outcome, raw, accepted=accepted, rejected=rejected, remarks=remarks)


def month(outcome, written, *periods, value=1.2345, rejected=(), remarks=(), **said):
    """Return a case of one month in a file of one row of 1,234.5 kWh."""
    accepted = tuple((*POWER[:2], period, value) for period in periods)
    raw = f'{HEAD}A,"{written}",1234.5\n'.encode()
    return Case(outcome, raw, accepted=accepted, rejected=rejected, remarks=remarks, said=said)


SIMPLE = f"{HEAD}A,2025-03,1234.5\n"
XLSX = book(("企业", "月份", "用电量（kWh）"), ("A", "2025-03", 1234.5))
QUARTERS = ("2025-04", "2025-05", "2025-06")

ENCODINGS = {
    "utf8": text("N", SIMPLE, POWER),
    "utf8_with_mark": text("N", SIMPLE, POWER, encoding="utf-8-sig"),
    "gbk": text("N", SIMPLE, POWER, encoding="gbk", remarks=("encoding",)),
    "gb18030_rare_sign": text(
        "N", SIMPLE.replace("\nA", "\n㐀厂"), POWER, encoding="gb18030", remarks=("encoding",)
    ),
    "utf16_le": text("N", SIMPLE, POWER, encoding="utf-16", remarks=("encoding",)),
    "utf16_be": Case(
        "N", b"\xfe\xff" + SIMPLE.encode("utf-16-be"), accepted=(POWER,), remarks=("encoding",)
    ),
    "nul_bytes": Case("R", SIMPLE.encode().replace(b"A", b"A\x00"), rejected=("unreadable",)),
    "invalid_sequences": Case(
        "R", HEAD.encode() + b"\xff\xfe\x81,2025-03,1\n", rejected=("unreadable",)
    ),
    "mixed_encodings": Case(
        "R", HEAD.encode() + "华厂,2025-03,1\n".encode("gbk"), rejected=("mixed",)
    ),
}

STRUCTURE = {
    "mixed_line_ends": text("N", f"{HEAD.strip()}\r\nA,2025-03,1234.5\rB,2025-03,1\n", POWER,
                            ("grid_electricity", "", "2025-03", 0.001)),
    "semicolons": text("N", SIMPLE.replace(",", ";"), POWER),
    "tabs": text("N", SIMPLE.replace(",", "\t"), POWER),
    "quote_left_open": text("R", f'{HEAD}"A,2025-03,1234.5\n', rejected=("unreadable",)),
    "row_too_long": text("R", f"{SIMPLE}B,2025-03,1,7\n", POWER, rejected=("ragged",)),
    "row_too_short": text("R", f"{SIMPLE}B,2025-03\n", POWER, rejected=("ragged",)),
    "headings_twice": text(
        "R", "企业,月份,柴油(t),柴油(t)\nA,2025-03,1,2\n", rejected=("two_headings", "two_headings")
    ),
    "empty_file": Case("R", b"", rejected=("unreadable",)),
    "header_only": text("R", HEAD, rejected=("no_rows",)),
    "no_header": text("R", "A,B,3\nC,D,4\n", rejected=("no_header",)),
    "very_wide": text("R", "x," * 100_000 + "x\n", rejected=("unreadable",)),
    "title_and_note": text(
        "N", f"2025年能源表,,\n{SIMPLE}制表人:王某,,\n", POWER, remarks=("note",)
    ),
    "row_of_totals": text("N", f"{SIMPLE}合计,,1234.5\n", POWER, remarks=("total",)),
    "header_repeated": text("N", f"{SIMPLE}{HEAD}", POWER, remarks=("repeated_header",)),
    "web_page": text("R", "<html><table><tr><td>1</td></tr></table>", rejected=("unreadable",)),
}  # fmt: skip

VALUES = {
    "thousands": cell("N", "1,234.5", 1.2345),
    "full_width": cell("N", "１２３４．５", 1.2345),
    "blanks_around": cell("N", "  1234.5\u00a0", 1.2345),
    "unit_in_cell": cell("N", "1.2345 MWh", None, rejected=("two_units",)),
    "same_unit_in_cell": cell("N", "1234.5 KWH", 1.2345),
    "ten_thousand_in_cell": cell("N", "1.2万", 12.0),
    "ten_thousand_twice": cell("R", "1.2万", unit="万千瓦时", rejected=("unclear_number",)),
    "per_cent_of_electricity": cell("R", "12%", rejected=("two_units",)),
    "per_cent_of_oxidation": text(
        "N", LONG + "A,fuel_properties,diesel:oxidation,2025-03,98%,\n",
        ("fuel_properties", "diesel:oxidation", "2025-03", 0.98),
    ),
    "enormous": cell("W", "1e308", 1e305),
    "not_a_number": cell("R", "NaN", rejected=("no_number",)),
    "infinite": cell("R", "inf", rejected=("no_number",)),
    "beyond_doubles": cell("R", "1e400", rejected=("not_finite",)),
    "two_points": cell("R", "1.2.3", rejected=("no_number",)),
    "negative": cell("R", "-5", rejected=("negative",)),
    "negative_in_brackets": cell("R", "(5)", rejected=("negative",)),
    "a_range": cell("R", "100-200", rejected=("no_number",)),
    "words": cell("R", "约一千", rejected=("no_number",)),
    "formula_text": cell("R", "=1+1", rejected=("no_number",)),
    "error_text": cell("R", "#REF!", rejected=("formula_error",)),
    "dash_for_nothing": text("N", f"{SIMPLE}B,2025-03,-\n", POWER),
    "formula_text_in_source": text(
        "N", "企业,月份,用电量(kWh),来源\nA,2025-03,1234.5,=cmd()\n", POWER
    ),
    "no_unit": text("R", "企业,月份,用电量\nA,2025-03,5\n", rejected=("no_unit",)),
    "unknown_unit": text("R", "企业,月份,柴油（升）\nA,2025-03,5\n", rejected=("unknown_unit",)),
    "money_units": text("N", "企业,月份,工业总产值（亿元）\nA,2025-03,1.5\n",
                        ("output_value", "", "2025-03", 15_000.0)),
    "two_units_in_rows": text("R", LONG + "A,用电量,,2025-03,1,kWh\nA,用电量,,2025-03,1,MWh\n",
                              rejected=("two_units", "two_units")),
    "a_month_twice": text("R", f"{SIMPLE}A,2025-03,99\n", rejected=("duplicate", "duplicate")),
    "the_same_twice": text("N", f"{SIMPLE}A,2025-03,1234.5\n", POWER, remarks=("repeated",)),
    "coal_of_no_sort": text("R", "企业,月份,煤炭（t）\nA,2025-03,5\n", rejected=("no_item",)),
    "unknown_kind": text("R", LONG + "A,月亮,,2025-03,1,t\n", rejected=("unknown_kind",)),
    "unknown_item": text("R", LONG + "A,oil,whale,2025-03,1,t\n", rejected=("no_item",)),
    "a_ton": text("W", "企业,月份,柴油（ton）\nA,2025-03,5\n", ("oil", "diesel", "2025-03", 5.0),
                  remarks=("ton",)),
    "no_firm": text("R", "月份,用电量（kWh）\n2025-03,5\n", rejected=("no_firm",)),
    "firm_said": text("N", "月份,用电量（kWh）\n2025-03,1234.5\n", POWER, said={"firm": "A"}),
    "another_firm": text("R", SIMPLE, rejected=("other_firm",), said={"firm": "B"}),
}  # fmt: skip

DATES = {
    "chinese_month": month("N", "2025年3月", "2025-03"),
    "full_width_month": month("N", "２０２５年０３月", "2025-03"),
    "packed_month": month("N", "202503", "2025-03"),
    "stroke_month": month("N", "2025/3", "2025-03"),
    "english_month": month("N", "Mar 2025", "2025-03"),
    "short_english_month": month("N", "Mar-25", "2025-03"),
    "a_day_of_billing": month("N", "2025-03-28", "2025-03"),
    "month_first_or_day_first": month("R", "03/04/2025", rejected=("unclear_date",)),
    "bare_month": month("R", "3月", rejected=("no_year",)),
    "bare_month_year_said": month("N", "3月", "2025-03", year=2025),
    "quarter": month("W", "2025年第二季度", *QUARTERS, value=1.2345 / 3, remarks=("spread",)),
    "no_such_month": month("R", "2025-13", rejected=("no_period",)),
    "words": month("R", "春天", rejected=("no_period",)),
    "future": month("R", "2031-01", rejected=("future",)),
}

DIESEL = ("oil", "diesel", "2025-03", 2.0)
FORMULA = book(("企业", "月份", "用电量（kWh）"), ("A", "2025-03", "=1000+234.5"))


def cached(name, xml):
    if name.startswith("xl/worksheets"):
        return xml.replace(b"<v></v>", b"<v>1234.5</v>").replace(b"<v />", b"<v>1234.5</v>")
    return xml


CACHED = repacked(FORMULA, change=cached)
BOMB = repacked(XLSX, add=[("xl/media/a.bin", b"\0" * (40 * 2**20))])
XML = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "a"><!ENTITY b "&a;&a;&a;">]>'
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">&b;</worksheet>'
)

WORKBOOKS = {
    "plain": Case("N", XLSX, "f.xlsx", accepted=(POWER,)),
    "numbers_as_text": Case(
        "W",
        book(("企业", "月份", "用电量（kWh）"), ("A", "2025-03", "1234.5")),
        "f.xlsx",
        accepted=(POWER,),
        remarks=("text_numbers",),
    ),
    "merged_header": Case(
        "W",
        book(
            ("企业", "月份", "用电量", "", "柴油"),
            ("", "", "峰", "谷", "吨"),
            ("A", "2025-03", 1000, 234.5, 2),
            merged=("C1:D1",),
        ),
        "f.xlsx",
        accepted=(POWER, DIESEL),
        remarks=("merged",),
        said={"units": {"grid_electricity": "kWh"}},
    ),
    "hidden_sheet": Case(
        "W",
        book(
            sheets={
                "表1": [("企业", "月份", "用电量（kWh）"), ("A", "2025-03", 1234.5)],
                "旧": [("企业", "月份", "用电量（kWh）"), ("A", "2025-03", 9)],
            },
            hidden=("旧",),
        ),
        "f.xlsx",
        accepted=(POWER,),
        remarks=("hidden_sheet",),
    ),
    "sheet_of_notes": Case(
        "W",
        book(
            sheets={
                "表1": [("企业", "月份", "用电量（kWh）"), ("A", "2025-03", 1234.5)],
                "说明": [("请按月填报",)],
            }
        ),
        "f.xlsx",
        accepted=(POWER,),
        remarks=("other_sheet",),
    ),
    "formula_refused": Case("R", CACHED, "f.xlsx", rejected=("formula",)),
    "formula_cached": Case(
        "W",
        CACHED,
        "f.xlsx",
        accepted=(POWER,),
        remarks=("cached",),
        said={"formulas": "cached"},
    ),
    "formula_without_value": Case("R", FORMULA, "f.xlsx", rejected=("formula",)),
    "zip_bomb": Case("R", BOMB, "f.xlsx", rejected=("zip_bomb",)),
    "billion_laughs": Case(
        "R",
        repacked(XLSX, change=lambda n, t: XML if n.startswith("xl/worksheets") else t),
        "f.xlsx",
        rejected=("entities",),
    ),
    "external_link": Case(
        "R",
        repacked(XLSX, add=[("xl/externalLinks/externalLink1.xml", "<x/>")]),
        "f.xlsx",
        rejected=("external_link",),
    ),
    "macro": Case("R", repacked(XLSX, add=[("xl/vbaProject.bin", "x")]), "f.xlsx",
                  rejected=("macro",)),
    "macro_by_ending": Case("R", XLSX, "f.xlsm", rejected=("macro",)),
    "member_climbs": Case("R", repacked(XLSX, add=[("../x", "x")]), "f.xlsx",
                          rejected=("member_path",)),
    "member_absolute": Case("R", repacked(XLSX, add=[("/etc/x", "x")]), "f.xlsx",
                            rejected=("member_path",)),
    "cut_off": Case("R", XLSX[: len(XLSX) // 2], "f.xlsx", rejected=("unreadable",)),
    "text_as_xlsx": Case("R", SIMPLE.encode(), "f.xlsx", rejected=("wrong_ending",)),
    "xlsx_as_text": Case("R", XLSX, "f.csv", rejected=("wrong_ending",)),
    "error_cell": Case(
        "R",
        book(("企业", "月份", "用电量（kWh）"), ("A", "2025-03", "#REF!")),
        "f.xlsx",
        rejected=("formula_error",),
    ),
}  # fmt: skip

FLAT = parquet(firm=["A"], month=["2025-03"], kind=["grid_electricity"], value=[1234.5],
               unit=["kWh"])  # fmt: skip
PARQUET = {
    "flat": Case("N", FLAT, "f.parquet", accepted=(POWER,)),
    "footer_cut": Case("R", FLAT[:-20], "f.parquet", rejected=("unreadable",)),
    "wrong_magic": Case("R", b"XXXX" + FLAT[4:], "f.parquet", rejected=("unreadable",)),
    "nested": Case(
        "R",
        parquet(firm=["A"], month=["2025-03"], value=[[1.0, 2.0]]),
        "f.parquet",
        rejected=("nested",),
    ),
}

LAYOUTS = {
    "a_column_a_month": text(
        "N",
        "企业,能源名称,单位,2025年3月,2025年4月,合计\nA,电力,kWh,1234.5,1000,2234.5\n",
        POWER,
        ("grid_electricity", "", "2025-04", 1.0),
    ),
    "months_and_a_year_in_the_title": text(
        "N",
        "2025年度用能统计,,,\n单位：吨,,,\n企业,能源名称,3月,4月\nA,柴油,2,3\n",
        DIESEL,
        ("oil", "diesel", "2025-04", 3.0),
    ),
    "a_row_of_units": text(
        "N", "企业,月份,用电量,柴油\n,,千瓦时,吨\nA,2025-03,1234.5,2\n", POWER, DIESEL
    ),
    "year_and_month_apart": text(
        "N", "企业,年份,月份,用电量（kWh）\nA,2025,3,1234.5\nB,2025,12,1000\n",
        POWER, ("grid_electricity", "", "2025-12", 1.0),
    ),
    "long_in_english": text("N", LONG + "A,Diesel,,Mar 2025,2000,kg\n", DIESEL),
    "meter_index_is_no_use": text(
        "R", "企业,月份,本月示数,上月示数\nA,2025-03,1000,900\n", rejected=("no_header",)
    ),
    "two_meters_are_added": text(
        "N", "企业,户号,月份,用电量（kWh）\nA,1,2025-03,1000\nA,2,2025-03,234.5\n", POWER
    ),
    "peak_and_valley_are_added_and_their_total_left": text(
        "N",
        "企业,月份,用电量（峰）,用电量（谷）,用电量\nA,2025-03,1000,234.5,1234.5\n",
        POWER,
        said={"units": "kWh"},
    ),
}  # fmt: skip

CASES = {
    f"{family}-{name}": case
    for family, cases in {
        "encoding": ENCODINGS,
        "structure": STRUCTURE,
        "value": VALUES,
        "date": DATES,
        "xlsx": WORKBOOKS,
        "parquet": PARQUET,
        "layout": LAYOUTS,
    }.items()
    for name, case in cases.items()
}
