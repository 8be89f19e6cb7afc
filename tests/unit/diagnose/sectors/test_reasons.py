from dataclasses import replace

import pytest

from chainwright.diagnose.sectors.reasons import FINDINGS, Row, reason

ROW = Row(
    user=("Refining", "炼油"),
    product=("Crude oil", "原油"),
    supplier=("Russia", "俄罗斯"),
    finding="weak link",
    imported=0.6,
    through=0.6,
    nation=0.0,
    unknown=0.0,
    top=0.25,
    cost=0.5,
    hhi=0.3,
    hhi_low=0.3,
    hhi_high=0.3,
    crossed=(("imported_share", 0.2),),
    essential=True,
    judged=True,
    own=False,
    proportional=False,
)


@pytest.mark.parametrize(
    ("change", "en", "zh"),
    [
        ({}, "60% is imported.", "60%为进口。"),
        ({"through": 0.7}, "70% counting all that its inputs rest on", "穿透上游后为70%"),
        ({"nation": 0.1}, "10% comes from the rest of the nation", "10%来自国内其他地区"),
        ({}, "Russia, holds 25.0% of the input", "俄罗斯占该投入的25.0%"),
        ({"unknown": 0.4}, "40% of the imports come from countries", "进口中40%来自"),
        ({"unknown": 0.4, "hhi_high": 0.5}, "(0.30 to 0.50 over all suppliers)", "0.30至0.50"),
        ({}, "taken as essential, 50.0% of output", "按必需投入处理，占产出成本50.0%"),
        ({"judged": False}, "section unknown: assumed", "行业门类不明"),
        ({"essential": False}, "its loss stops no output", "缺供不致停产"),
        ({}, "imported share over 0.2", "进口占比超过0.2"),
        ({"crossed": ()}, "No threshold is crossed", "未越过任何阈值"),
        ({"own": True}, "own kind of product", "本部门内部投入"),
        ({"proportional": True}, "in proportion to use, an assumption", "按使用比例拆分（假设）"),
        ({"finding": "supplier not stated"}, "no supplier can be named", "不能指明供应国"),
    ],
)
def test_each_fact_is_told_in_both_languages(change, en, zh):
    told = reason(replace(ROW, **change))
    assert en in told[0]
    assert zh in told[1]


def test_what_is_not_so_is_not_told():
    en, zh = reason(ROW)
    for word in ("nation", "countries that the table lumps", "stops no output", "assumption"):
        assert word not in en
    assert "行业门类不明" not in zh


def test_an_input_made_at_home_has_no_words_on_suppliers():
    en, _ = reason(replace(ROW, imported=0.0, through=0.0, supplier=("", ""), crossed=()))
    assert "supplier" not in en


def test_each_finding_has_a_chinese_name():
    assert all(name for name in FINDINGS.values())
    assert len(set(FINDINGS.values())) == len(FINDINGS) == 6
