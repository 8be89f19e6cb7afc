"""Numbers, units, dates and identities as people write them."""

from datetime import date, datetime

from intake.recipes import Book, Case, csv, one

CASES = {
    "number_forms": csv(
        "Separators, full-width digits, signs, currencies and multipliers.",
        "item,unit cost\n"
        'A-1,"1,234.5"\nA-2,１２３\nA-3,1.2万\nA-4,¥120\n'
        'A-5,"CNY 1,200"\nA-6,~5\nA-7,约8元\nA-8,1.5e3\nA-9,"1,200"\nA-10,1 234.5\n',
    ),
    "decimal_commas": csv(
        "The column is written with decimal commas: 1.234 is a thousand and more.",
        "item;unit cost\nA-1;1 234,5\nA-2;0,25\nA-3;1.234\nA-4;1.234,56\nA-5;7\n",
    ),
    "contradicting_separators": csv(
        "Points and commas both as decimals: what can be read in two ways is refused.",
        "item;unit cost\nA-1;12,5\nA-2;12.5\nA-3;1,234\nA-4;3\nA-5;1,234.5\n",
    ),
    "no_numbers": one(
        "Text, ranges, bounds, other units and truth values in a column of numbers.",
        """
料号|库存|单价(元)|供应商
A-1|缺货|3|V-1
A-2|5-10|3|V-1
A-3|>100|3|V-1
A-4|12天|3|V-1
A-5|7件|三元|V-1
A-6|-4|-3|V-1
""",
    ),
    "true_false": Case(
        "Truth values where numbers belong.",
        {"list.xlsx": Book({"Sheet1": [["料号", "库存"], ["A-1", True], ["A-2", 1]]})},
    ),
    "missing_words": csv(
        "Words for missing: they are empty, not zero.",
        "料号,名称,供应商,单价\nA-1,N/A,V-1,-\nA-2,暂无,V-2,待定\nA-3,—,V-1,TBD\n"
        "A-4,无,V-1,0\nA-5,?,/,n.a.\n",
    ),
    "per_cent": csv(
        "Shares in per cent with and without blanks and signs.",
        "料号,供应商,份额\nA-1,V-1,60%\nA-1,V-2,40 %\nA-2,V-1,０.５\nA-2,V-2,50％\n",
    ),
    "share_of_hundred": one(
        "Shares from 0 to 100 without a sign.",
        "料号|供应商|份额\nA-1|V-1|60\nA-1|V-2|40\nA-2|V-1|100",
    ),
    "share_of_hundred_and_one": one(
        "Shares from 0 to 100 beside a 1, which may be all or a hundredth; marked ones are clear.",
        "料号|供应商|份额\nA-1|V-1|60\nA-1|V-2|40\nA-2|V-1|1\nA-3|V-1|100%\nA-4|V-1|0",
    ),
    "share_in_per_cent_format": one(
        "The heading says %, the cells are in a per cent format: 0.6 is 60 %.",
        "料号|供应商|份额(%)\nA-1|V-1|0.6\nA-1|V-2|0.4",
    ),
    "share_above_hundred": csv(
        "A share of more than 100 %.",
        "料号,供应商,份额(%)\nA-1,V-1,120\nA-2,V-1,80\nA-3,V-2,130%\n",
    ),
    "times_in_cells": csv(
        "Each cell has its own unit of time; the column has none.",
        "料号,供应商,交货期,恢复时间\nA-1,V-1,8周,3个月\nA-2,V-1,2 weeks,30天\n"
        "A-3,V-1,30天,10工作日\nA-4,V-1,1 month,1年\n",
    ),
    "times_in_headings": csv(
        "Units in headings, with and without brackets; one that is a working day.",
        "料号,供应商,交货期（天）,Time to recover [months]\nA-1,V-1,14,2\nA-2,V-1,7,1周\n",
    ),
    "working_days": csv("Working days: five a week.", "料号,供应商,交期(工作日)\nA-1,V-1,10\n"),
    "no_unit_of_time": csv(
        "No unit at all: an assumption, told.", "料号,供应商,交货期,恢复时间\nA-1,V-1,14,6\n"
    ),
    "wrong_unit_in_heading": csv(
        "A unit of length for a time.", "料号,供应商,交货期(kg)\nA-1,V-1,14\n"
    ),
    "demand_per_month": csv(
        "Demand a month in ten thousands, in a year, in a week.",
        "产品编码,产品名称,月需求量(万台)\nSUV-1,车,0.4\n",
    ),
    "demand_without_time": csv(
        "Demand without a time.", "产品,需求量,毛利(元)\nSUV-1,40,-5\nCITY-1,1.2万,800\n"
    ),
    "capacity_units": csv(
        "Capacity a year, in a day, in cells of their own unit.",
        "料号,供应商,年产能(万件)\nA-1,V-1,12\nA-2,V-1,500件/天\n",
    ),
    "money_of_ten_thousand": one(
        "Money in 万元 by a line above the table.",
        "单位：万元|||\n料号|供应商|采购单价|认证费用\nA-1|V-1|0.12|35",
    ),
    "price_per_thousand": csv(
        "A price for a thousand pieces.", "料号,供应商,单价(元/千件)\nA-1,V-1,1200\n"
    ),
    "dates_as_written": csv(
        "Dates in many forms; day and month by the others of the column.",
        "料号,库存,盘点日期\nA-1,1,2026/11/1\nA-2,1,2026年11月1日\n"
        "A-3,1,1-Nov-26\nA-4,1,2026.11.01\nA-5,1,20261101\n"
        'A-6,1,13/11/2026\nA-7,1,2/3/2026\nA-8,1,"Nov 1, 2026"\n'
        "A-9,1,2026-02-30\nA-10,1,下周\nA-11,1,2026年11月\n"
        "A-12,1,2026-11-01 08:30\n",
    ),
    "dates_in_two_ways": csv(
        "No date of the column tells day from month.",
        "料号,库存,盘点日期\nA-1,1,2/3/2026\nA-2,1,04/05/2026\nA-3,1,5/5/2026\n",
    ),
    "date_cells": Case(
        "Date cells, times, and a day number in a cell without a date format.",
        {
            "list.xlsx": Book(
                {
                    "Sheet1": [
                        ["料号", "库存", "日期"],
                        ["A-1", 3, date(2026, 11, 1)],
                        ["A-2", 4, datetime(2026, 11, 1, 8, 30)],  # noqa: DTZ001
                        ["A-3", 5, 46327],
                    ]
                }
            )
        },
    ),
    "identities": Case(
        "Numbers for identities, leading zeros, blanks, exponents, dates, long numbers.",
        {
            "list.xlsx": Book(
                {
                    "Sheet1": [
                        ["料号", "库存"],
                        [1001.0, 1],
                        ["001001", 2],
                        [" A-1\u00a0", 3],
                        ["Ａ－２", 4],
                        ["1.23E+11", 5],
                        [date(2026, 3, 1), 6],
                        [12.5, 7],
                        [1234567890123456.0, 8],
                        [True, 9],
                        ["A\u200b-3", 10],
                        ["1E5", 11],
                    ]
                }
            )
        },
    ),
    "identities_in_text": csv(
        "Identities in a text file.", "料号,库存\n1001.0,1\n007,2\n1.2E+3,3\n  B 7 ,4\n"
    ),
    "formula_errors": one(
        "Formula errors, and a formula that was stored without its value.",
        "料号|名称|库存|单价|供应商\nA-1|螺栓|3|x|V-1\nA-2|x|4|2|V-1\n"
        "x|螺母|5|2|V-1\nA-4|x|=1+2|2|V-1",
        errors={"D2": "#DIV/0!", "B3": "#N/A", "A4": "#REF!"},
    ),
    "errors_in_text": csv(
        "Formula errors in a text file.", "料号,库存\nA-1,#N/A\n#REF!,3\nA-3,####\n"
    ),
    "places": csv(
        "Countries by name, by code, in two languages, and one that is none.",
        "供应商,供应商名称,国家\nV-1,a,中国\nV-2,b,TW\nV-3,c,Germany\n"
        "V-4,d,South Korea\nV-5,e,美国\nV-6,f,Atlantis\nV-7,g,\n",
    ),
    "degrees": csv(
        "Degrees outside the earth, and with a sign.",
        "工厂,国家,纬度,经度\nS-1,CHN,31.82,117.23\nS-2,CHN,117.2,31.8\nS-3,CHN,31.3°,120.6°\n",
    ),
    "accounting_negatives": csv(
        "Negatives in brackets and with the sign behind.",
        '产品,周需求,毛利\nSUV-1,40,"(1,200)"\nCITY-1,30,500-\n',
    ),
    "joined_values": one(
        "A value joined over several rows holds for each of them.",
        """
母件|子件|用量
SUV-1|ECU-7|2
|SEAT-A|5
CITY-1|ECU-7|1
|SEAT-A|4
""",
        merged=("A2:A3", "A4:A5"),
    ),
}
