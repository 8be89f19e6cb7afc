"""Documents of carbon efficiency codes made by hand, and a store in memory that keeps them."""

import copy
import json

import pandas as pd

KINDS = {
    9: ("electricity_exported", "Electricity exported", "外供电量", "MWh"),
    21: ("process_gases", "F-gases, N2O and SF6", "含氟气体、氧化亚氮与六氟化硫", "kg"),
    20: ("fuel_properties", "Measured fuel properties", "实测燃料特性（热值、含碳量、氧化率）", ""),
    16: ("heat_bought", "Heat and steam bought", "外购热力", "GJ"),
    26: ("key_equipment", "Key equipment and efficiency class", "重点用能设备与能效等级", ""),
    27: ("sinks", "Sinks", "碳汇", "tCO2"),
}

FIRM = "91330501MA28C7XY1N"


def kinds(*numbers):
    return [
        dict(zip(("kind", "en", "zh", "unit"), KINDS[n], strict=True), number=n) for n in numbers
    ]


EFFICIENCY = [
    1.31, 1.28, 1.27, 1.25, 1.26, 1.22, 1.21, 1.18, 1.15, 1.16, 1.12, 1.1, 1.08,
    1.05, 1.03, 1.0, 0.99, 0.97, 0.95, 0.93, 0.9, 0.88, 0.87, 0.853, 0.842,
]  # fmt: skip


def months(count):
    """Return `count` months up to October 2026."""
    last = 2026 * 12 + 9
    return [f"{m // 12}-{m % 12 + 1:02d}" for m in range(last - count + 1, last + 1)]


def grade_of(k):
    return 1 + sum(k > b for b in (0.6, 0.8, 1.2, 2.0))


def made(**changes):
    """Return the document of a firm of grade 3; `changes` replace whole parts of it."""
    document = {
        "form": "carbon-code/1",
        "firm": {
            "id": FIRM,
            "credit_code": FIRM,
            "name_en": "Taihu Precision Castings",
            "name_zh": "太湖精密铸造有限公司",
            "class": "3391",
            "class_en": "Ferrous metal casting",
            "class_zh": "黑色金属铸造",
            "division": "330502",
            "division_en": "Wuxing",
            "division_zh": "吴兴区",
            "size": "medium",
        },
        "period": {
            "month": "2026-10", "first": "2025-11-01", "last": "2026-10-31", "months": 12,
        },
        "rated": True,
        "reason": None,
        "totals": {
            "net_t": 3004.21,
            "gross_t": 3424.9,
            "neutralised_t": 420.69,
            "value_added": 5829.3,
            "half_width": 0.07,
        },
        "intensity": {"value": 0.51536, "mean": 0.61207, "level": 1, "bounds": [0.6, 2.0]},
        "efficiency": {
            "value": 0.842,
            "grade": 3,
            "bounds": [0.6, 0.8, 1.2, 2.0],
            "probability": [0.0, 0.0758, 0.9242, 0.0, 0.0],
        },
        "neutrality": {"value": 420.69 / 3424.9},
        "peers": {
            "class": "339",
            "digits": 3,
            "en": "Casting and other metal products",
            "zh": "铸造及其他金属制品制造",
            "firms": 14,
            "rank": 5,
            "low": 0.38,
            "quarter": 0.49,
            "median": 0.587,
            "three_quarters": 0.81,
            "high": 1.3,
        },
        "trend": [
            {
                "month": month,
                "net_t": 3004.21 * k / 0.842,
                "intensity": 0.61207 * k,
                "efficiency": k,
                "grade": grade_of(k),
            }
            for month, k in zip(months(25), EFFICIENCY, strict=True)
        ],
        "coverage": {
            "kinds": 39,
            "measured": 33,
            "estimated": 4,
            "missing": 2,
            "missing_kinds": kinds(20, 21),
            "estimated_kinds": kinds(9, 16, 26, 27),
        },
        "measures": [
            {
                "code": "furnace_heat", "en": "Recover the heat of the furnaces",
                "zh": "熔炼炉余热回收", "saving_t": 214.0, "cost_cny": 1.26e6,
                "payback_years": 2.8, "assumed": False, "source": "made up",
            },
            {
                "code": "compressors", "en": "Stop leaks of compressed air",
                "zh": "压缩空气系统堵漏",
                "saving_t": 61.26, "cost_cny": 8600.0, "payback_years": 0.4, "assumed": True,
                "source": "made up",
            },
            {
                "code": "rooftop_pv", "en": "Photovoltaics on the roof", "zh": "屋顶光伏",
                "saving_t": 402.0, "cost_cny": 3.1e6, "payback_years": 5.2, "assumed": True,
                "source": "made up",
            },
        ],
        "method": {
            "id": "zj-2021",
            "title_en": "Carbon efficiency grades of industrial firms, 2021",
            "title_zh": "规上工业企业碳效等级评价方法",
            "issuer_en": "Huzhou bureau of economy and information",
            "issuer_zh": "湖州市经济和信息化局",
            "certainty": "secondary",
            "certainty_en": "secondary: read in a page that quotes the rule",
            "certainty_zh": "二手资料：转引自引用该规则的网页",
            "mean_en": "sum of emissions over sum of value added, the firm included",
            "mean_zh": "排放合计除以增加值合计（含本企业）",
        },
        "factors": {"name": "cn-industry", "digest": "9f2c41d07be3a658"},
        "signature": {
            "issuer": "Demo issuer",
            "kid": "53be1da58b9a0e11",
            "official": False,
            "issued": "2026-11-22",
            "expires": "2027-02-08",
            "text": "CC1:6BFOXN*TS0BI$ZD",
        },
    }  # fmt: skip
    return copy.deepcopy(document) | changes


def graded(k):
    """Return a document whose carbon efficiency value is `k`."""
    document = made()
    grade = grade_of(k)
    document["efficiency"] |= {
        "value": k,
        "grade": grade,
        "probability": [0.97 if i == grade - 1 else 0.0075 for i in range(5)],
    }
    document["intensity"] |= {"value": 0.61207 * k, "level": 1 + (0.61207 * k > 0.6)}
    return document


def unrated():
    """Return a document of a firm without a grade."""
    document = made(
        rated=False,
        reason={
            "code": "no_value_added",
            "en": "value added is not above zero over the window",
            "zh": "统计期内增加值不为正",
        },
        peers=None,
    )
    document["efficiency"] |= {"value": None, "grade": 0, "probability": None}
    document["intensity"] |= {"value": None, "mean": None, "level": 0}
    return document


def row_of(document, **changes):
    """Return a document as the store keeps it."""
    signature = document["signature"] or dict.fromkeys(("text", "issued", "expires", "kid"), "")
    return {
        "firm": document["firm"]["id"],
        "period": document["period"]["month"],
        "method": document["method"]["id"],
        "document": json.dumps(document, ensure_ascii=False),
        "text": signature["text"],
        "issued": signature["issued"],
        "expires": signature["expires"],
        "kid": signature["kid"],
        "root": "",
        "withdrawn": "",
        "reason": "",
    } | changes


class PaperStore:
    """A store of codes in memory, with the questions that the pages ask of the real one."""

    def __init__(self, *rows, firms=None):
        self.rows = list(rows)
        self.asked = 0
        self._firms = firms

    def code(self, firm, period=None):
        self.asked += 1
        found = [
            row for row in self.rows if row["firm"] == firm and period in {None, row["period"]}
        ]
        return max(found, key=lambda row: row["period"]) if found else None

    def codes(self, period=None):
        found = [row for row in self.rows if period in {None, row["period"]}]
        return pd.DataFrame(found, columns=list(row_of(made())))

    def firms(self):
        if self._firms is not None:
            return self._firms
        documents = [
            json.loads(row["document"])["firm"] if row["document"] else {"id": row["firm"]}
            for row in self.rows
        ]
        columns = ["id", "credit_code", "name_en", "name_zh", "class", "division"]
        frame = pd.DataFrame(documents, columns=columns)
        return frame.rename(columns={"id": "firm", "class": "gbt4754"}).drop_duplicates("firm")
