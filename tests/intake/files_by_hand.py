"""Files with what a careful person reads from them, written down before the program was asked.

Each reading has the rows of each table as the person would type them (``_`` for nothing), the
cells and rows that cannot be used with the code of the reason, and how many rows are no data.
"""

from dataclasses import dataclass, field
from datetime import date

from intake.recipes import Book, Text, rows

MONTH = 365.25 / 12 / 7
YEAR = 365.25 / 7
QUARTER = 365.25 / 4 / 7


@dataclass(frozen=True)
class Reading:
    """Files and what they say: tables by name, refused places with codes, rows set aside."""

    files: dict
    tables: dict
    refused: dict = field(default_factory=dict)
    aside: tuple = ()
    noted: tuple = ()


def text(content, tables, *, encoding="utf-8", name="list.csv", **more):
    """Return the reading of one text file."""
    return Reading({name: Text(content, encoding)}, tables, **more)


def sheet(content, tables, *, title="Sheet1", name="list.xlsx", book=None, **more):
    """Return the reading of one spreadsheet with one sheet."""
    return Reading({name: Book({title: rows(content)}, **(book or {}))}, tables, **more)


STOCK = "item quantity | A-1 5 | A-2 7"
BILL = "parent component quantity | P-1 A-1 2 | P-1 A-2 3"
SOURCE = "item supplier | A-1 V-1 | A-2 V-2"

ENCODINGS = {
    "gbk": text(
        "料号,库存\nA-1,5\n轴承,7\n", "stocks: item quantity | A-1 5 | 轴承 7", encoding="gbk"
    ),
    "gb18030_of_four_bytes": text(
        "料号,库存\nA-1,5\n㐀𠮷轴承,7\n",
        "stocks: item quantity | A-1 5 | 㐀𠮷轴承 7",
        encoding="gb18030",
    ),
    "utf16_le_with_mark": text(
        "\ufeff料号\t库存\nA-1\t5\n轴承\t7\n",
        "stocks: item quantity | A-1 5 | 轴承 7",
        encoding="utf-16-le",
    ),
    "utf16_be_with_mark": text(
        "\ufeff料号\t库存\nA-1\t5\n轴承\t7\n",
        "stocks: item quantity | A-1 5 | 轴承 7",
        encoding="utf-16-be",
    ),
    "utf16_le_without_mark": text(
        "part no,on hand\r\nA-1,5\r\nA-2,7\r\n", f"stocks: {STOCK}", encoding="utf-16-le"
    ),
    "utf16_be_without_mark": text(
        "part no,on hand\r\nA-1,5\r\nA-2,7\r\n", f"stocks: {STOCK}", encoding="utf-16-be"
    ),
    "utf8_with_mark": text("料号,库存\nA-1,5\nA-2,7\n", f"stocks: {STOCK}", encoding="utf-8-sig"),
    "latin1": text(
        "Part;Supplier\nA-1;Müller GmbH\nA-2;Société Générale\n",
        "sourcing: item supplier | A-1 Müller~GmbH | A-2 Société~Générale",
        encoding="latin-1",
    ),
    "crlf": text("料号,库存\r\nA-1,5\r\nA-2,7\r\n", f"stocks: {STOCK}"),
    "cr_alone": text("料号,库存\rA-1,5\rA-2,7\r", f"stocks: {STOCK}"),
    "no_line_break_at_the_end": text("料号,库存\nA-1,5\nA-2,7", f"stocks: {STOCK}"),
    "blank_lines_between": text("\n\n料号,库存\n\nA-1,5\n\n\nA-2,7\n\n", f"stocks: {STOCK}"),
}

DELIMITERS = {
    "tab": text("part no\ton hand\nA-1\t5\nA-2\t7\n", f"stocks: {STOCK}", name="list.txt"),
    "bar": text("part no|on hand\nA-1|5\nA-2|7\n", f"stocks: {STOCK}", name="list.txt"),
    "semicolon_and_decimal_comma": text(
        "part no;supplier;unit price\nA-1;V-1;1.234,50\nA-2;V-2;0,125\n",
        "sourcing: item supplier price | A-1 V-1 1234.5 | A-2 V-2 0.125",
    ),
    "line_break_inside_quotes": text(
        'part no,description,on hand\nA-1,"bolt\nM8",5\nA-2,"nut, ""hex""",7\n',
        'stocks: item quantity | A-1 5 | A-2 7\nparts: item name | A-1 bolt~M8 | A-2 nut,~"hex"',
    ),
    "inch_sign_in_a_cell": text(
        'part no,description,on hand\nA-1,3" pipe,5\nA-2,pipe 4",7\n',
        'stocks: item quantity | A-1 5 | A-2 7\nparts: item name | A-1 3"~pipe | A-2 pipe~4"',
    ),
    "rows_shorter_and_longer_than_the_header": text(
        "part no,on hand,date\nA-1,5\nA-2,7,2026-11-01,see below,x\n",
        "stocks: item quantity date | A-1 5 _ | A-2 7 2026-11-01",
    ),
    "identities_as_formulas_of_text": text(
        'part no,on hand\n="00123",5\n="A-2",7\n', "stocks: item quantity | 00123 5 | A-2 7"
    ),
    "numbers_quoted": text('"part no","on hand"\n"A-1","5"\n"A-2","7"\n', f"stocks: {STOCK}"),
    "separator_told_in_the_first_line": text(
        "sep=;\npart no;on hand\nA-1;5\nA-2;7\n", f"stocks: {STOCK}", aside=("title",)
    ),
}

HEADINGS = {
    "both_languages_without_a_stroke": text(
        "料号 Part No.,供应商 Supplier,交货期 Lead time (days)\nA-1,V-1,14\n",
        "sourcing: item supplier lead_time_weeks | A-1 V-1 2",
    ),
    "both_languages_and_a_unit_in_their_words": text(
        "产品/Product,月需求量/Monthly demand\nP-1,100\n",
        f"products: item demand_per_week | P-1 {100 / MONTH}",
    ),
    "capitals_blanks_and_points": text(
        " PART  NO. ,Qty. On Hand\nA-1,5\nA-2,7\n", f"stocks: {STOCK}"
    ),
    "full_width": text("Ｐａｒｔ　Ｎｏ．,Ｏｎ　Ｈａｎｄ\nA-1,5\nA-2,7\n", f"stocks: {STOCK}"),
    "both_languages_in_one": text("料号 Part No.,库存/Stock\nA-1,5\nA-2,7\n", f"stocks: {STOCK}"),
    "line_break_in_a_heading": text('"Part\nNo.","On\nHand"\nA-1,5\nA-2,7\n', f"stocks: {STOCK}"),
    "required_star": text("*料号,库存*\nA-1,5\nA-2,7\n", f"stocks: {STOCK}"),
    "unit_in_square_brackets": text(
        "part no,supplier,lead time [days]\nA-1,V-1,14\nA-2,V-2,21\n",
        "sourcing: item supplier lead_time_weeks | A-1 V-1 2 | A-2 V-2 3",
    ),
    "unit_in_full_width_brackets": text(
        "料号,供应商,交货期（月）\nA-1,V-1,1\nA-2,V-2,2\n",
        f"sourcing: item supplier lead_time_weeks | A-1 V-1 {MONTH} | A-2 V-2 {2 * MONTH}",
    ),
    "unit_after_a_comma": text(
        'part no;supplier;"lead time, weeks"\nA-1;V-1;2\nA-2;V-2;3\n',
        "sourcing: item supplier lead_time_weeks | A-1 V-1 2 | A-2 V-2 3",
    ),
    "unit_after_an_underscore": text(
        "part_no,supplier,lead_time_days\nA-1,V-1,14\nA-2,V-2,21\n",
        "sourcing: item supplier lead_time_weeks | A-1 V-1 2 | A-2 V-2 3",
    ),
    "working_days_in_a_heading": text(
        "料号,供应商,交货期(工作日)\nA-1,V-1,10\nA-2,V-2,15\n",
        "sourcing: item supplier lead_time_weeks | A-1 V-1 2 | A-2 V-2 3",
    ),
    "cell_unit_beats_heading": text(
        "料号,供应商,交货期(天)\nA-1,V-1,14\nA-2,V-2,3周\n",
        "sourcing: item supplier lead_time_weeks | A-1 V-1 2 | A-2 V-2 3",
    ),
    "units_in_a_row_below": text(
        "料号,供应商,交货期,单价\n,,周,元\nA-1,V-1,2,7\nA-2,V-2,3,8\n",
        "sourcing: item supplier lead_time_weeks price | A-1 V-1 2 7 | A-2 V-2 3 8",
        aside=("units_row",),
    ),
    "demand_of_ten_thousand_a_year": text(
        "产品,年需求量（万台）\nP-1,1.2\n", f"products: item demand_per_week | P-1 {12000 / YEAR}"
    ),
    "demand_of_a_quarter": text(
        "产品,季度需求量\nP-1,1200\n", f"products: item demand_per_week | P-1 {1200 / QUARTER}"
    ),
    "demand_per_day": text(
        "Product,Demand per day\nP-1,10\n", "products: item demand_per_week | P-1 70"
    ),
    "price_of_a_thousand": text(
        "料号,供应商,单价(元/千件)\nA-1,V-1,1200\n", "sourcing: item supplier price | A-1 V-1 1.2"
    ),
    "stock_in_thousands": text("料号,库存(千件)\nA-1,5\n", "stocks: item quantity | A-1 5000"),
    "stock_in_dozens": text("part no,stock (dozen)\nA-1,5\n", "stocks: item quantity | A-1 60"),
    "shares_in_per_mille": text(
        "料号,供应商,份额(‰)\nA-1,V-1,600\nA-1,V-2,400\n",
        "sourcing: item supplier share | A-1 V-1 0.6 | A-1 V-2 0.4",
    ),
    "quarterly_capacity": text(
        "part no,supplier,capacity (pcs/quarter)\nA-1,V-1,1300\n",
        f"sourcing: item supplier capacity_per_week | A-1 V-1 {1300 / QUARTER}",
    ),
    "columns_in_any_order_with_others_between": text(
        "备注,库存,颜色,料号\nx,5,red,A-1\ny,7,blue,A-2\n", f"stocks: {STOCK}"
    ),
    "header_repeated_below": text(
        "料号,库存\nA-1,5\n料号,库存\nA-2,7\n", f"stocks: {STOCK}", aside=("repeated_header",)
    ),
    "same_heading_twice_with_equal_cells": text(
        "料号,库存,库存\nA-1,5,5\nA-2,7,7\n", f"stocks: {STOCK}"
    ),
    "title_and_date_above": text(
        "某某汽车库存表,,\n截至 2026-11-01,,\n,,\n料号,库存,备注\nA-1,5,\nA-2,7,\n",
        f"stocks: {STOCK}",
        aside=("title", "title"),
    ),
}

ROWS = {
    "totals_below": text(
        "料号,库存\nA-1,5\nA-2,7\n合计,12\n", f"stocks: {STOCK}", aside=("total",)
    ),
    "grand_total_and_signature": text(
        "料号,名称,库存\nA-1,a,5\nA-2,b,7\nGrand Total,,12\n制表人：王某,,\n",
        "stocks: item quantity | A-1 5 | A-2 7\nparts: item name | A-1 a | A-2 b",
        aside=("total", "note"),
    ),
    "subtotals_between": text(
        "料号,库存\nA-1,5\n小计,5\nA-2,7\n小计：,7\n总计,12\n",
        f"stocks: {STOCK}",
        aside=("total", "total", "total"),
    ),
    "note_in_a_far_column": sheet("料号|库存|||\nA-1|5|||ask Wang\nA-2|7|||", f"stocks: {STOCK}"),
    "footnote": text(
        "料号,名称,库存\nA-1,a,5\nA-2,b,7\n注：不含在途库存。,,\n",
        "stocks: item quantity | A-1 5 | A-2 7\nparts: item name | A-1 a | A-2 b",
        aside=("note",),
    ),
    "a_part_called_total": text(
        "料号,名称,库存\nA-1,Total station,5\nA-2,合计器,7\n",
        "stocks: item quantity | A-1 5 | A-2 7\nparts: item name | A-1 Total~station | A-2 合计器",
    ),
    "row_without_identity": text(
        "料号,库存\nA-1,5\n,9\nA-2,7\n",
        f"stocks: {STOCK}",
        refused={"line 3, column 1": "missing_key"},
    ),
    "row_without_quantity": text(
        "料号,库存\nA-1,5\nA-3,\nA-2,7\n",
        f"stocks: {STOCK}",
        refused={"line 3, column 2": "missing_key"},
    ),
    "row_with_wrong_quantity": text(
        "料号,库存\nA-1,5\nA-3,some\nA-2,7\n",
        f"stocks: {STOCK}",
        refused={"line 3, column 2": "no_number"},
    ),
    "wrong_price_costs_the_price_alone": text(
        "料号,供应商,单价\nA-1,V-1,cheap\nA-2,V-2,8\n",
        "sourcing: item supplier price | A-1 V-1 _ | A-2 V-2 8",
        refused={"line 2, column 3": "no_number"},
    ),
    "wrong_date_costs_the_date_alone": text(
        "料号,库存,盘点日期\nA-1,5,2026-02-30\nA-2,7,2026.11.1\n",
        "stocks: item quantity date | A-1 5 _ | A-2 7 2026-11-01",
        refused={"line 2, column 3": "no_such_day"},
    ),
    "negative_stock": text(
        "料号,库存\nA-1,5\nA-3,-4\nA-2,7\n",
        f"stocks: {STOCK}",
        refused={"line 3, column 2": "negative"},
    ),
    "usage_of_nothing": text(
        "父件,子件,用量\nP-1,A-1,2\nP-1,A-3,0\nP-1,A-2,3\n",
        f"bill: {BILL}",
        refused={"line 3, column 3": "not_positive"},
    ),
    "own_part": text(
        "父件,子件,用量\nP-1,A-1,2\nP-1,P-1,1\nP-1,A-2,3\n",
        f"bill: {BILL}",
        refused={"line 3": "own_part"},
    ),
    "long_digits_as_text_stay": sheet(
        "料号|库存\n'12345678901234567890|5\n'00017|7",
        "stocks: item quantity | 12345678901234567890 5 | 00017 7",
    ),
    "long_digits_as_number_are_refused": sheet(
        "料号|库存\n1234567890123456|5\n17|7",
        "stocks: item quantity | 17 7",
        refused={"Sheet1!A2": "long_number"},
    ),
    "identity_that_became_a_date": Reading(
        {"list.xlsx": Book({"S": [["料号", "库存"], [date(2026, 9, 1), 5], ["A-2", 7]]})},
        "stocks: item quantity | A-2 7",
        refused={"S!A2": "date_identity"},
    ),
}

LAYOUTS = {
    "levels_by_number": text(
        "层级,料号,用量\n0,P-1,\n1,A-1,2\n2,B-1,4\n1,A-2,3\n",
        "bill: parent component quantity | P-1 A-1 2 | A-1 B-1 4 | P-1 A-2 3",
    ),
    "levels_by_points": text(
        "Level,Part No.,Qty\n0,P-1,1\n.1,A-1,2\n..2,B-1,4\n.1,A-2,3\n",
        "bill: parent component quantity | P-1 A-1 2 | A-1 B-1 4 | P-1 A-2 3",
    ),
    "levels_by_path": text(
        "Level;Part No.;Qty\n1;P-1;1\n1.1;A-1;2\n1.1.1;B-1;4\n1.2;A-2;3\n",
        "bill: parent component quantity | P-1 A-1 2 | A-1 B-1 4 | P-1 A-2 3",
    ),
    "level_that_jumps": text(
        "层级,料号,用量\n0,P-1,\n1,A-1,2\n3,B-1,4\n1,A-2,3\n",
        f"bill: {BILL}",
        refused={"line 4, column 1": "level_jump"},
    ),
    "level_columns": sheet(
        "L1|L2|L3|Qty\nP-1|||1\n|A-1||2\n||B-1|4\n|A-2||3",
        "bill: parent component quantity | P-1 A-1 2 | A-1 B-1 4 | P-1 A-2 3",
    ),
    "wide_bill": sheet(
        "料号|名称|P-1|P-2\nA-1|a|2|\nA-2|b|3|1",
        "parts: item name | A-1 a | A-2 b\n"
        "bill: parent component quantity | P-1 A-1 2 | P-1 A-2 3 | P-2 A-2 1",
        title="BOM",
    ),
    "two_tables_below_one_another": sheet(
        "料号|库存|\nA-1|5|\nA-2|7|\n||\n||\n供应商编码|供应商名称|国家\nV-1|North|中国\nV-2|East|DE",
        f"stocks: {STOCK}\nsuppliers: supplier name place | V-1 North CHN | V-2 East DEU",
    ),
    "two_sheets": Reading(
        {
            "list.xlsx": Book(
                {
                    "库存": [["料号", "库存"], ["A-1", 5], ["A-2", 7]],
                    "BOM": [["父件", "子件", "用量"], ["P-1", "A-1", 2], ["P-1", "A-2", 3]],
                }
            )
        },
        f"stocks: {STOCK}\nbill: {BILL}",
    ),
    "two_files": Reading(
        {
            "a.csv": Text("料号,库存\nA-1,5\nA-2,7\n"),
            "b.csv": Text("part no;supplier\nA-1;V-1\nA-2;V-2\n"),
        },
        f"stocks: {STOCK}\nsourcing: {SOURCE}",
    ),
    "hidden_sheet_is_not_read": Reading(
        {
            "list.xlsx": Book(
                {
                    "库存": [["料号", "库存"], ["A-1", 5], ["A-2", 7]],
                    "old": [["料号", "库存"], ["A-1", 500]],
                },
                hidden=("old",),
            )
        },
        f"stocks: {STOCK}",
    ),
    "parent_joined_over_its_rows": sheet(
        "父件|子件|用量\nP-1|A-1|2\n|A-2|3",
        f"bill: {BILL}",
        book={"merged": ("A2:A3",)},
    ),
    "title_joined_over_columns": sheet(
        "Stock list||\n料号|名称|库存\nA-1|a|5\nA-2|b|7",
        "stocks: item quantity | A-1 5 | A-2 7\nparts: item name | A-1 a | A-2 b",
        book={"merged": ("A1:C1",)},
        aside=("title",),
    ),
    "heading_joined_over_two_rows": sheet(
        "料号|数量|\n|库存|在途\nA-1|5|1\nA-2|7|2",
        f"stocks: {STOCK}",
        book={"merged": ("A1:A2", "B1:C1")},
    ),
    "table_that_begins_far_from_the_corner": sheet(
        "|||\n|||\n||料号|库存\n||A-1|5\n||A-2|7", f"stocks: {STOCK}"
    ),
    "supplier_and_stock_in_one_list": text(
        "料号,供应商,份额,库存\nA-1,V-1,100%,5\nA-2,V-2,100%,7\n",
        f"stocks: {STOCK}\nsourcing: item supplier share | A-1 V-1 1 | A-2 V-2 1",
    ),
    "formula_error_in_a_cell": sheet(
        "料号|供应商|单价\nA-1|V-1|7\nA-2|V-2|8",
        "sourcing: item supplier price | A-1 V-1 _ | A-2 V-2 8",
        book={"errors": {"C2": "#REF!"}},
        refused={"Sheet1!C2": "formula_error"},
    ),
    "formula_without_its_value": Reading(
        {"list.xlsx": Book({"S": [["料号", "库存"], ["A-1", "=2+3"], ["A-2", 7]]})},
        "stocks: item quantity | A-2 7",
        refused={"S!B2": "uncalculated"},
    ),
    "same_pair_at_two_positions": text(
        "父件,子件,用量,位号\nP-1,A-1,1,R1\nP-1,A-1,1,R2\nP-1,A-2,3,R3\n",
        f"bill: {BILL}",
        aside=("summed",),
        noted=("summed",),
    ),
}

READINGS = {
    f"{group}-{name}": one
    for group, cases in (
        ("encoding", ENCODINGS),
        ("delimiter", DELIMITERS),
        ("heading", HEADINGS),
        ("rows", ROWS),
        ("layout", LAYOUTS),
    )
    for name, one in cases.items()
}
