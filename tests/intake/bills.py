"""Bills as people keep them: lists, levels, columns of levels, one column a product."""

from intake.recipes import Case, Text, csv, one

CASES = {
    "list_with_duplicates": one(
        "A line twice, positions that differ, quantities that differ, a part of itself.",
        """
母件|子件|用量|位号
SUV-1|A-1|2|
SUV-1|A-1|2|
SUV-1|R-1|1|R1
SUV-1|R-1|1|R2
SUV-1|R-1|2|R3
SUV-1|B-1|2|
SUV-1|B-1|3|
SUV-1|SUV-1|1|
CITY-1|A-1|1|
""",
    ),
    "bad_quantities": one(
        "Quantities that are none.",
        """
母件|子件|用量
SUV-1|A-1|-2
SUV-1|A-2|0
SUV-1|A-3|两个
SUV-1|A-4|
SUV-1||3
|A-5|3
SUV-1|A-6|1.5
""",
    ),
    "levels": one(
        "Levels as numbers, the product on top.",
        """
层级|料号|名称|用量|单位
0|SUV-1|整车|1|台
1|ECU-7|控制器|2|件
2|MCU-32|芯片|3|件
1|SEAT-A|座椅|5|件
0|CITY-1|小车|1|台
1|ECU-7|控制器|1|件
2|MCU-32|芯片|3|件
""",
    ),
    "dotted_levels": csv(
        "Levels with dots.",
        "Level,Part Number,Qty\n0,SUV-1,1\n.1,ECU-7,2\n..2,MCU-32,3\n.1,SEAT-A,5\n",
    ),
    "outline_levels": csv(
        "Outline numbers as levels.",
        "Level,Part Number,Qty\n1,SUV-1,1\n1.1,ECU-7,2\n1.1.1,MCU-32,3\n1.2,SEAT-A,5\n",
    ),
    "worded_levels": csv(
        "Levels in words.", "层次,物料编码,用量\n第0层,SUV-1,1\n第1层,ECU-7,2\n第2层,MCU-32,3\n"
    ),
    "level_jump": one(
        "A level jumps from 1 to 3: the line and what goes into it is refused.",
        """
层级|料号|用量
0|SUV-1|1
1|ECU-7|2
3|DIE-1|1
4|SI-1|1
2|MCU-32|3
x|SEAT-A|5
1|SEAT-B|5
""",
    ),
    "levels_without_top": one(
        "The product is told above the table; levels begin at 1.",
        """
产品编码：|SUV-1|
层级|料号|用量
1|ECU-7|2
2|MCU-32|3
1|SEAT-A|5
""",
    ),
    "levels_with_product": csv(
        "The product has its own column; levels begin at 1.",
        "产品,层级,料号,用量\nSUV-1,1,ECU-7,2\nSUV-1,2,MCU-32,3\nCITY-1,1,ECU-7,1\nCITY-1,2,MCU-32,3\n",
    ),
    "levels_lone_top": csv(
        "A line at the top that nothing goes into.",
        "层级,料号,用量\n1,SUV-1,1\n2,ECU-7,2\n1,SEAT-A,5\n",
    ),
    "refused_above": csv(
        "A sub-assembly whose identity is lost takes its parts along.",
        "层级,料号,用量\n0,SUV-1,1\n1,1.2E+11,2\n2,MCU-32,3\n1,SEAT-A,5\n",
    ),
    "sub_assembly_differs": csv(
        "A sub-assembly stands twice and is not the same.",
        "层级,料号,用量\n0,SUV-1,1\n1,ECU-7,2\n2,MCU-32,3\n0,CITY-1,1\n1,ECU-7,1\n2,MCU-32,4\n",
    ),
    "loop_in_levels": csv(
        "A part goes into itself two levels further down.",
        "层级,料号,用量\n0,SUV-1,1\n1,ECU-7,2\n2,MCU-32,1\n3,ECU-7,1\n",
    ),
    "level_columns": one(
        "A column a level; the part stands in the column of its level.",
        """
L0|L1|L2|名称|用量
SUV-1|||车|1
|ECU-7||控制器|2
||MCU-32|芯片|3
|SEAT-A||座椅|5
""",
    ),
    "level_columns_chinese": one(
        "Columns of levels under a common heading.",
        """
层级|||用量
1|2|3|
SUV-1|||1
|ECU-7||2
||MCU-32|3
""",
        merged=("A1:C1", "D1:D2"),
    ),
    "level_paths": csv(
        "Each line repeats the parts above its own.",
        "一级,二级,三级,用量\nSUV-1,ECU-7,,2\nSUV-1,ECU-7,MCU-32,3\nSUV-1,SEAT-A,,5\nCITY-1,,MCU-32,1\n",
    ),
    "wide_bill": one(
        "One column a product, under a common heading.",
        """
料号|名称|单台用量||备注
||SUV-1|CITY-1|
ECU-7|控制器|2|1|
SEAT-A|座椅|5|4|
HOOK|拖钩|1|0|选装
ROOF|天窗|1||
BAD|坏|x|1|
""",
        merged=("A1:A2", "B1:B2", "C1:D1", "E1:E2"),
    ),
    "wide_bill_by_name": one(
        "One column a product on a sheet that is called BOM.",
        """
Part number|Description|SUV-1|1001
ECU-7|Control unit|2|1
SEAT-A|Seat|5|
""",
        sheet="BOM",
    ),
    "one_product": one(
        "A list of parts whose product stands above it.",
        """
车型：SUV-1|||
零件号|名称|单车用量|位号
ECU-7|控制器|2|
SEAT-A|座椅|x|
R-1|电阻|1|R1
R-1|电阻|1|R2
""",
    ),
    "bill_without_parents": csv(
        "A sheet that is called a bill and names no product.",
        "零件号,名称,用量\nECU-7,控制器,2\n",
        name="BOM.csv",
    ),
    "flat_bill_of_product": csv(
        "Product and part with quantity a product.",
        "车型,零件号,零件名称,单车用量\nSUV-1,ECU-7,控制器,2\nCITY-1,ECU-7,控制器,1\n",
    ),
    "wide_suppliers": one(
        "One sheet feeds parts, sources, suppliers, sites and stocks.",
        """
零件号|零件名称|供应商代码|供应商名称|生产工厂|省份|国家|份额|单价(元)|交期(天)|库存(件)
ECU-7|控制器|V-001|北方电子|S-NE1|江苏|中国|60%|900|14|300
ECU-7|控制器|V-002|达美|S-DS1|台南|TWN|40%|950|98|300
SEAT-A|座椅|V-003|大江座椅|S-RS1|湖北|中国|100%|1,500|7|150
""",
    ),
    "by_hand": one(
        "A supplier list as a buyer keeps it: everything at once.",
        """
××汽车 2026年11月 供应商物料清单（机密）|||||||||||
制表：采购部|||||||||单位：元||
|||||||||||
序号|零件信息|||供应商|||供货||||备注
|零件号|名称|每车用量|代码|名称|工厂|比例|单价（含税）|交期|安全库存|
1|'0010-A|前保险杠|1件|V001|北方塑料|常州|70%|1,250.00|3周|200|
2||||V002|南方塑料|佛山|30%|1 280|20天|约50|新供应商
3|20013|ECU|2|V003|Bosch |Wuxi|1|￥900|14周|暂无|
|小计|||||||3430||250|
4|2.3E+05x|芯片|3|V004|台积电|台南|1|12|26 weeks|5000|单一来源!!
5|'1.2E+11|阀|1|V004|台积电|台南|1|12|26 weeks|5000|
6|A-77|线束|2-3|V005|莱尼||100%|x||-|
|||||||||||
说明：比例为2026年计划|||||||||||
""",
        merged=("A1:L1", "A4:A5", "B4:D4", "E4:G4", "H4:K4", "L4:L5", "B6:B7", "C6:C7", "D6:D7"),
        errors={"I12": "#N/A"},
    ),
    "names_alone": csv(
        "No codes: names are identities.",
        "零件名称,供应商名称,单价\n座椅,大江座椅,1500\n控制器,北方电子,900\n",
    ),
    "bill_with_suppliers": csv(
        "A bill that names a supplier; lines without one are bill lines alone.",
        "父件,子件,子件名称,用量,供应商,单价\nSUV-1,ECU-7,控制器,2,V-001,900\nSUV-1,SEAT-A,座椅,5,,\nECU-7,MCU-32,芯片,3,,12\n",
    ),
    "alternates": csv(
        "Alternates with time to qualify.",
        "料号,备选供应商,认证周期(月),单价(元),模具费(万元)\nMCU-32,V-009,5,14,200\nSEAT-A,V-001,8周,1600,\nECU-7,,3,,\n",
    ),
    "two_files": Case(
        "Two files: positions go on from one to the other.",
        {
            "库存.csv": Text("料号,库存\nA-1,3\nA-2,x\n", "gbk"),
            "stock2.csv": Text("part no,on hand,site\nA-3,5,W1\nA-4,bad,W1\n"),
        },
    ),
    "stocks_of_lots": csv(
        "Stocks in lots and warehouses, negative stock.",
        "料号,仓库,数量,盘点日期\nA-1,W1,5,2026-11-01\nA-1,W2,7,2026-11-01\nA-2,W1,-3,2026-11-01\nA-1,W1,5,2026-11-01\n",
    ),
}
