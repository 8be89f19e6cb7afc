"""What losses are counted in is said where margins are missing: in the report and the command."""

import pytest

from chainwright import diagnose
from chainwright.cli import main
from chainwright.diagnose.maker.margin_remark import margin_remark
from chainwright.report.maker.analysis import maker_analysed
from chainwright.report.maker.exposure_section import exposure_section
from chainwright.report.maker.plan_sections import missing_section
from chainwright.report.maker.question import MakerQuestion
from chainwright.report.wording import Words
from chainwright.system.maker import write_maker
from toy_makers import maker

IN_UNITS = {"en": "counted in units of products", "zh": "按产品数量"}
IN_MONEY = {"en": "counted in money", "zh": "按金额计"}


def sold(*products):
    return maker(
        products=["item demand_per_week price margin", *products],
        parts=["item", ("c",)],
        bill=["parent component quantity", *((row[0], "c", 1) for row in products)],
        suppliers=["supplier", ("S",)],
        sites=["site supplier recovery_weeks", ("A", "S", 4)],
        sourcing=["item supplier site", ("c", "S", "A")],
    )


ONE_SILENT = sold(("P", 10, 8, None), ("Q", 5, 9, 3))
TOLD = sold(("P", 10, 8, 2), ("Q", 5, 9, 3))
NO_PRICE = sold(("P", 10, None, None))
NOT_SOLD = sold(("P", 10, 8, 2), ("Q", 0, 9, None))


def remark(system, weight="output", *, filled=False):
    return margin_remark(system.maker, weight, share=0.15, filled=filled)


def test_nothing_is_said_where_every_margin_is_given_or_revenue_is_asked_for():
    assert remark(TOLD) == remark(TOLD, "margin", filled=True) == ("", "")
    assert remark(ONE_SILENT, "price") == remark(ONE_SILENT, "price", filled=True) == ("", "")


def test_a_product_that_is_not_sold_needs_no_margin():
    assert remark(NOT_SOLD) == ("", "")
    assert diagnose.exposure(NOT_SOLD).survival.weight == "margin"


def test_units_are_said_with_how_many_margins_are_missing_and_what_is_taken():
    english, chinese = remark(ONE_SILENT)
    assert english.startswith(
        "Losses here are counted in units of products, not in money: of 2 products 1 has no margin."
    )
    assert "15 % of the price" in english
    assert "2 种产品中有 1 种未给出毛利" in chinese
    assert "15%" in chinese


def test_one_product_is_said_as_one_and_two_as_two():
    assert "of 1 product 1 has no margin" in remark(NO_PRICE)[0]
    both = sold(("P", 10, 8, None), ("Q", 5, 9, None))
    assert "of 2 products 2 have no margin" in remark(both)[0]


def test_without_a_price_nothing_is_promised_in_money():
    english, chinese = remark(NO_PRICE)
    assert "%" not in english + chinese
    assert english.endswith("no margin.")
    assert remark(NO_PRICE, filled=True) == (english, chinese)


def test_the_answers_themselves_count_as_is_said():
    ranked, missing = diagnose.exposure(ONE_SILENT), diagnose.missing_data(ONE_SILENT)
    assert ranked.counted_in["loss"] == "units"
    assert missing.counted_in["loss"] == "CNY"
    row = missing.table().query("kind == 'margin'").iloc[0]
    assert row["taken"] == pytest.approx(0.15 * 8)
    assert ranked.table()["loss_at_recovery"].tolist() == pytest.approx([15 * 4])


def texts(section):
    return [block.text for block in section.blocks if hasattr(block, "text")]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("system", "said"), [(ONE_SILENT, True), (TOLD, False)])
def test_the_report_says_it_in_both_sections(system, said, language):
    asked = MakerQuestion(language=language, parts=("exposure", "missing_data"))
    analysis, words = maker_analysed(system, asked, str), Words(language)
    units = [t for t in texts(exposure_section(analysis, words)) if IN_UNITS[language] in t]
    money = [t for t in texts(missing_section(analysis, words)) if IN_MONEY[language] in t]
    assert len(units) == len(money) == int(said)
    if said:
        assert "15" in units[0]
        assert "15" in money[0]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("more", [[], ["--missing"]])
def test_the_command_says_it_beside_the_answer_and_never_in_it(capsys, tmp_path, language, more):
    for system, said in ((ONE_SILENT, 1), (TOLD, 0)):
        write_maker(system.maker, tmp_path / "m")
        with pytest.raises(SystemExit) as stopped:
            main(["exposure", str(tmp_path / "m"), "--lang", language, "--format", "csv", *more])
        printed = capsys.readouterr()
        assert not stopped.value.code
        words = IN_MONEY if more else IN_UNITS
        assert printed.err.count(words[language]) == said
        assert words[language] not in printed.out
