"""Titles, notes, unit rows, two lines of headings, totals, and sheets without a header."""

from intake.recipes import Book, Case, csv, one, rows

CASES = {
    "titles_and_notes": one(
        "Title, date and blank lines above the header, notes below the table.",
        """
某某汽车有限公司 零部件库存表||
盘点日期：2026-11-01||
||
料号|名称|库存数量（件）
A-1|螺栓|1200
A-2|螺母|300
||
注：含在途||
制表人：王某||审核人：李某
""",
    ),
    "units_row": one(
        "Units in a row below the header.",
        """
料号|供应商|单价|交货期|月产能
-|-|元|天|件/月
A-1|V-1|12.5|14|4348.125
""",
    ),
    "two_line_header": one(
        "Groups over two lines, joined cells; the same word under two groups.",
        """
零件||供应商||采购
编码|名称|编码|名称|单价(元)
A-1|螺栓|V-1|北方|1.5
""",
        merged=("A1:B1", "C1:D1"),
    ),
    "two_line_parent_child": one(
        "Parent and component are told by the upper line alone.",
        """
父件||子件||
料号|名称|料号|名称|用量
SUV-1|车|ECU-7|控制器|2
""",
        merged=("A1:B1", "C1:D1"),
    ),
    "joined_down": one(
        "Headings joined over both lines beside a group.",
        """
料号|名称|供应||备注
||供应商|份额|
A-1|螺栓|V-1|60%|
A-1|螺栓|V-2|40%|急
""",
        merged=("A1:A2", "B1:B2", "C1:D1", "E1:E2"),
    ),
    "bilingual_header": one(
        "Headings in Chinese, and again in English below.",
        """
料号|供应商|单价|交期（周）
Part No.|Supplier|Unit price|Lead time
A-1|V-1|3|2
""",
    ),
    "repeated_header": csv(
        "The header again at each page break.",
        "料号,库存\nA-1,3\nA-2,4\n料号,库存\nA-3,5\n",
    ),
    "totals": one(
        "Totals in several words, one below each group.",
        """
序号|料号|库存
1|A-1|3
2|A-2|4
小计||7
3|A-3|5
Sub-total||5
合 计||12
|Grand total:|12
""",
    ),
    "trailing_junk": one(
        "Empty rows, blanks that nobody sees, and stray cells far from the table.",
        """
料号|库存|||
A-1|3|||
||||
' |　|||
A-2|4|||x
||||ok
""",
    ),
    "stacked": one(
        "Two tables one below the other, with other headings.",
        """
供应商编码|供应商名称|国家
V-1|北方电子|中国
V-2|Delta|Germany
||
料号|供应商|单价(元)
A-1|V-1|3
A-2|V-2|4
""",
    ),
    "two_candidates": one(
        "A legend above the table looks like a header.",
        """
料号|必填|企业内部编码
供应商|必填|见供应商清单
||
料号|供应商|单价(元)
A-1|V-1|3
""",
    ),
    "no_header": csv("Data without a header: nothing is guessed.", "A-1,ECU-7,2\nA-2,ECU-8,3\n"),
    "only_notes": one("A sheet of explanations.", "填表说明\n1. 请填写料号。\n2. 请填写库存。"),
    "header_alone": csv("A header without data.", "料号,供应商,单价\n"),
    "wrong_sheet": one(
        "A sheet about something else.",
        """
日期|姓名|部门|出勤天数
2026-11-01|王某|一部|22
""",
        sheet="考勤",
    ),
    "column_twice": one(
        "A heading twice, with other values.",
        """
料号|库存|库存
A-1|3|5
""",
    ),
    "two_words_one_role": one(
        "Two headings for one thing.",
        """
料号|单价|采购价|供应商
A-1|3|4|V-1
""",
    ),
    "misspelt": csv(
        "Headings with misspellings.",
        "Part Numbr,Suplier,Unit Prise (EUR),Lead Tme (weeks)\nA-1,V-1,3,2\n",
    ),
    "weak_words": one("Headings that can mean several things.", "编码|描述|制造商\nA-1|螺栓|北方"),
    "code_of_suppliers": one(
        "A bare 'code' on a sheet that is named after suppliers.",
        "编码|名称|国家\nV-1|北方电子|中国\nV-2|Delta|TWN",
        sheet="供应商清单",
    ),
    "full_width_headings": csv(
        "Full-width letters, blanks and line ends in headings.",
        '"Ｐａｒｔ　Ｎｏ．","库 存\n数量"\nA-1,3\n',
    ),
    "unknown_columns": csv(
        "Columns that are not known, and one without a heading.", "料号,库存,颜色,\nA-1,3,红,x\n"
    ),
    "crosstab": Case(
        "A workbook with a sheet for each table, as in our own templates.",
        {
            "maker.xlsx": Book(
                {
                    "products": rows(
                        "item|name|demand_per_week|price|margin\nSUV-1|SUV|40|120000|18000"
                    ),
                    "bill": rows("parent|component|quantity\nSUV-1|ECU-7|2"),
                    "sites": rows(
                        "site|supplier|name|place|region|latitude_deg|longitude_deg"
                        "|capacity_per_week|recovery_weeks\n"
                        "S-1|V-1|North 1|CHN|Jiangsu|31.3|120.62||6"
                    ),
                    "sourcing": rows(
                        "item|supplier|site|share|price|lead_time_weeks|capacity_per_week|recovery_weeks\n"
                        "ECU-7|V-1|S-1|1|900|2|200|"
                    ),
                    "stocks": rows("item|site|quantity|date\nECU-7||300|2026-11-01"),
                    "alternates": rows(
                        "item|supplier|site|qualify_weeks|capacity_per_week|price"
                        "|fixed_cost_low|fixed_cost_high\n"
                        "ECU-7|V-2||20|150|950|2000000|5000000"
                    ),
                    "parts": rows(
                        "item|name|unit|unit_cost|gbt4754|hs|chain_node\n"
                        "ECU-7|Control unit|pcs|900|'3990|'853710|"
                    ),
                    "suppliers": rows(
                        "supplier|name|credit_code|place\nV-1|North||CHN\nV-2|Delta||TWN"
                    ),
                }
            )
        },
    ),
}
