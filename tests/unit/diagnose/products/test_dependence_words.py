"""Each sentence of a reason, word by word in both languages, at and beside every border."""

import math
from dataclasses import replace

import pytest

from chainwright.diagnose.products.dependence_reasons import Import, reason
from chainwright.diagnose.products.dependence_thresholds import DependenceThresholds

LIMITS = DependenceThresholds()
NAN = float("nan")
PLAIN = Import(
    year=2022,
    years=(2020, 2021, 2022),
    imported=True,
    below_floor=False,
    supplier=("Brazil", "巴西"),
    exporter=("Chile", "智利"),
    suppliers=4,
    top_share=0.612,
    import_hhi=0.5,
    world_hhi=0.3,
    ratio=2.5,
    criteria=(True, False, True),
    flagged=1,
    recent=1,
    cdi=(NAN, NAN, NAN),
    flagged_by_cdi=0,
    bloc=False,
    trend=0.001,
    world_loss=0.4567,
    home_loss=0.123,
    replaceable=0.75,
    why_unknown=("", ""),
    hit=3,
    importers=9,
    home_is_exporter=False,
    substitutes=("Canada 4.2%", "加拿大4.2%"),
    rca=1.0,
    density=0.254,
    nearest="coal 0.50",
    space=700,
)


def told(**changed):
    return reason(replace(PLAIN, **changed), LIMITS)


def english(**changed):
    return told(**changed)[0]


def chinese(**changed):
    return told(**changed)[1]


def test_a_reason_is_these_sentences_in_this_order():
    assert english() == (
        "In 2022 Brazil delivered 61.2% of the imports, of 4 suppliers the largest. "
        "2 of 3 hold: import HHI 0.500 > 0.4 (C1), world export HHI 0.300 <= 0.4 (C2), "
        "imports over exports 2.500 > 1 (C3). "
        "C1 to C3 held in 1 of 3 years (2020-2022), in 1 of the last 3: C4 does not hold. "
        "CDI1-3 are left empty: CDI2 of one country is 1 by construction. "
        "If Chile, the largest exporter, failed, home would lose 12.3% of its imports and the "
        "world 45.7% of exports; 3 of 9 importers would lose more than half; what the others once "
        "exported more would replace 75% of it. "
        "Other exporters, by what they sell elsewhere, with world shares: Canada 4.2%. "
        "Home's own exports: RCA 1.00 (advantage), density 0.25, nearest products of advantage "
        "coal 0.50. "
        "Domestic production is not in these data: exposure may be lower than it looks."
    )


def test_the_chinese_reason_says_the_same():
    assert chinese() == (
        "2022年进口的61.2%来自巴西，在4个来源中居首。"
        "三项标准中2项成立：进口集中度0.500高于0.4（C1），世界出口集中度0.300不高于0.4（C2），"
        "进出口比2.500高于1（C3）。"
        "2020-2022年的3年中有1年三项均成立，最近3年中1年：C4不成立。"
        "单一国家的CDI2恒为1，故CDI1-3留空。"
        "若世界最大出口方智利断供，本方损失进口的12.3%，世界损失出口的45.7%，"
        "9个进口方中3个损失过半；其他出口方以往多出的出口量可替代其中75%。"
        "其他出口方（按其对别处的出口排列，附世界份额）：加拿大4.2%。"
        "本方自身出口：RCA 1.00（有比较优势），密度0.25，最邻近的优势产品coal 0.50。"
        "本数据不含国内生产，实际暴露度可能低于所示。"
    )


def test_one_supplier_is_the_only_one_and_two_are_not():
    assert "the only supplier." in english(suppliers=1)
    assert "为唯一来源。" in chinese(suppliers=1)
    assert "of 2 suppliers the largest." in english(suppliers=2)
    assert "在2个来源中居首。" in chinese(suppliers=2)


@pytest.mark.parametrize(
    ("criteria", "en", "zh"),
    [
        ((True, True, True), "All three hold:", "三项标准均成立："),
        ((False, False, False), "None of C1 to C3 holds:", "三项标准均不成立："),
        ((False, True, False), "1 of 3 hold:", "三项标准中1项成立："),
        ((True, True, False), "2 of 3 hold:", "三项标准中2项成立："),
    ],
)
def test_how_many_criteria_hold_is_counted(criteria, en, zh):
    assert f". {en} import HHI" in english(criteria=criteria)
    assert f"。{zh}进口集中度" in chinese(criteria=criteria)


def test_without_exports_the_third_criterion_has_no_number():
    both = told(ratio=math.inf, criteria=(True, False, True))
    assert "home exports none (C3 holds)." in both[0]
    assert "imports over exports" not in both[0]
    assert "本方无出口（C3成立）。" in both[1]
    assert "import HHI 0.500 > 0.4 (C1), world export HHI 0.300 <= 0.4 (C2), home" in both[0]
    assert "进出口比" not in both[1]


@pytest.mark.parametrize(
    ("ratio", "shown"),
    [(99.9994, "99.999"), (100.0, "100"), (12345.6, "12,346"), (0.0004, "0.000")],
)
def test_from_a_hundred_on_a_ratio_has_no_decimals(ratio, shown):
    assert f"imports over exports {shown} > 1 (C3)" in english(ratio=ratio)
    assert f"进出口比{shown}高于1（C3）" in chinese(ratio=ratio)


@pytest.mark.parametrize(("recent", "holds"), [(1, False), (2, True), (3, True)])
def test_from_two_of_the_last_three_years_on_it_lasts(recent, holds):
    verb = "C4 holds." if holds else "C4 does not hold."
    assert f"in {recent} of the last 3: {verb}" in english(recent=recent)
    assert f"最近3年中{recent}年：C4{'成立' if holds else '不成立'}。" in chinese(recent=recent)


def test_with_fewer_years_than_c4_needs_nothing_is_said_of_lasting():
    few = told(years=(2021, 2022))
    assert (
        "2 of the 3 years that C4 needs are at hand, so it is not known whether this lasts."
        in few[0]
    )
    assert "判定C4需3年，现有2年，持续性不明。" in few[1]
    assert "C4 holds" not in few[0]
    assert "of 3 years (2020-2022)" in english(years=(2020, 2021, 2022))
    longer = english(years=(2015, 2016, 2020, 2022), flagged=4, recent=2)
    assert "C1 to C3 held in 4 of 4 years (2015-2022), in 2 of the last 3: C4 holds." in longer


def test_other_thresholds_of_years_are_told_as_they_were_asked_for():
    limits = DependenceThresholds(years_needed=3.0, years_of=5.0)
    english_, chinese_ = reason(replace(PLAIN, years=(2018, 2019, 2020, 2021)), limits)
    assert "4 of the 5 years that C4 needs" in english_
    assert "判定C4需5年，现有4年" in chinese_
    five = replace(PLAIN, years=(2018, 2019, 2020, 2021, 2022), recent=2)
    assert "in 2 of the last 5: C4 does not hold." in reason(five, limits)[0]
    assert "in 3 of the last 5: C4 holds." in reason(replace(five, recent=3), limits)[0]


BLOC = {"bloc": True, "cdi": (0.41, 0.51, 1.01), "flagged_by_cdi": 2}


def test_a_bloc_is_held_against_the_criteria_of_the_commission():
    assert (
        "CDI1 0.41, CDI2 0.51, CDI3 1.01: dependent by the criteria of the European Commission, "
        "in 2 of 3 years." in english(**BLOC)
    )
    assert "CDI1为0.41、CDI2为0.51、CDI3为1.01：按欧盟委员会标准属依赖（3年中2年）。" in chinese(
        **BLOC
    )
    assert "left empty" not in english(**BLOC)


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_criterion_of_the_commission_is_met_strictly_above(at):
    borders = (0.4, 0.5, 1.0)
    cdi = tuple(borders[k] if k == at else BLOC["cdi"][k] for k in range(3))
    assert ": not dependent by the criteria" in english(**{**BLOC, "cdi": cdi})
    assert "按欧盟委员会标准不属依赖" in chinese(**{**BLOC, "cdi": cdi})


def test_a_bloc_that_exports_nothing_has_a_third_number_without_bound():
    cdi = (0.41, 0.51, math.inf)
    assert "CDI3 without bound: dependent by" in english(**{**BLOC, "cdi": cdi})
    assert "CDI3为无穷大：按欧盟委员会标准属依赖" in chinese(**{**BLOC, "cdi": cdi})


def test_of_one_year_the_count_of_years_is_left_out():
    one = told(**BLOC, years=(2022,))
    assert "by the criteria of the European Commission. " in one[0]
    assert "按欧盟委员会标准属依赖。" in one[1]
    two = told(**BLOC, years=(2021, 2022))
    assert "European Commission, in 2 of 2 years." in two[0]
    assert "（2年中2年）" in two[1]


@pytest.mark.parametrize(
    ("trend", "en", "zh"),
    [
        (0.02, "The import HHI rises by 0.020 a year.", "进口集中度每年上升0.020。"),
        (-0.0351, "The import HHI falls by 0.035 a year.", "进口集中度每年下降0.035。"),
        (0.0199, None, None),
        (-0.0199, None, None),
        (NAN, None, None),
    ],
)
def test_a_trend_is_told_from_the_threshold_on(trend, en, zh):
    both = told(trend=trend)
    if en is None:
        assert "a year." not in both[0]
        assert "进口集中度每年" not in both[1]
    else:
        assert en in both[0]
        assert zh in both[1]


def test_home_as_the_largest_exporter_does_not_lose_its_imports():
    both = told(home_is_exporter=True)
    assert "Home itself is the largest exporter, with 45.7% of the world's; 3 of 9" in both[0]
    assert "本方即世界最大出口方，占45.7%，9个进口方中3个损失过半" in both[1]
    assert "Chile" not in both[0]
    assert "智利" not in both[1]


def test_why_a_replacement_is_not_known_stands_in_its_place():
    both = told(why_unknown=("no quantity of it is known", "其数量不明"), replaceable=NAN)
    assert "would lose more than half; no quantity of it is known." in both[0]
    assert "个损失过半；其数量不明。" in both[1]
    assert "nan" not in both[0]
    assert "replace" not in both[0]


def test_without_substitutes_it_is_said_that_there_are_none():
    both = told(substitutes=("", ""))
    assert "No exporter besides home and its largest supplier sells elsewhere." in both[0]
    assert "除本方与其最大供应方外，未见其他出口方对别处出口。" in both[1]
    assert "Other exporters" not in both[0]


@pytest.mark.parametrize(
    ("rca", "en", "zh"),
    [(0.994, "RCA 0.99 (no advantage)", "RCA 0.99（无比较优势）"),
     (1.0, "RCA 1.00 (advantage)", "RCA 1.00（有比较优势）"),
     (2.345, "RCA 2.35 (advantage)", "RCA 2.35（有比较优势）")],
)  # fmt: skip
def test_an_advantage_begins_at_its_threshold(rca, en, zh):
    assert en in english(rca=rca)
    assert zh in chinese(rca=rca)


def test_a_home_that_exports_nothing_has_no_known_capability():
    both = told(rca=NAN, density=NAN, nearest="")
    assert "Home exports nothing, so nothing is known of its capability. Domestic" in both[0]
    assert "本方无出口，能力不明。本数据" in both[1]
    assert "density" not in both[0]
    assert "密度" not in both[1]
    assert "nearest products" not in both[0]


@pytest.mark.parametrize(("space", "small"), [(699, True), (700, False), (5000, False)])
def test_few_products_are_no_full_product_space(space, small):
    both = told(space=space)
    assert (f"; this rests on {space} products, no full product space." in both[0]) is small
    assert (f"；仅据{space}种产品，并非完整产品空间。" in both[1]) is small


def test_what_is_not_imported_has_its_history_and_no_more():
    both = told(imported=False)
    assert both[0] == (
        "Not imported in 2022. "
        "C1 to C3 held in 1 of 3 years (2020-2022), in 1 of the last 3: C4 does not hold. "
        "Domestic production is not in these data: exposure may be lower than it looks."
    )
    assert both[1] == (
        "2022年无进口。2020-2022年的3年中有1年三项均成立，最近3年中1年：C4不成立。"
        "本数据不含国内生产，实际暴露度可能低于所示。"
    )


def test_imports_below_the_floor_are_marked():
    both = told(below_floor=True)
    assert "Imports are below the floor that was asked for. Domestic production" in both[0]
    assert "进口额低于所设下限。本数据" in both[1]
    assert "floor" not in english()


def test_with_domestic_production_the_reliance_takes_the_place_of_the_warning():
    both = told(net_import_reliance=0.456)
    assert both[0].endswith("With domestic production, net import reliance is 46%.")
    assert both[1].endswith("计入国内生产，净进口依存度为46%。")
    assert "not in these data" not in both[0]
    none = told(net_import_reliance=0.0)
    assert none[0].endswith("net import reliance is 0%.")
