"""What a shock says of its numbers, in Chinese: nothing of ours stays English."""

import re

import pytest

from chainwright import stress
from chainwright.params import table
from chainwright.report.source_words import source_told
from chainwright.report.wording import Words

EN, ZH = Words("en"), Words("zh")
ROWS = table("shock_templates")


@pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r['template']} {r['parameter']}")
def test_each_default_of_a_template_is_told_as_its_table_has_it(row):
    key = f"src_{row['template']}_{row['parameter']}"
    assert EN.say(key) == row["source"]
    said = f"{row['template']}: {row['parameter']} {float(row['value']):g} ({row['source']})"
    told = source_told(said, ZH)
    assert ZH.say(key) in told
    assert told.startswith(ZH.say(f"src_of_{row['template']}") + "：")
    assert "assumption" not in told
    assert source_told(said, EN) == said


@pytest.mark.parametrize(
    "made",
    [
        lambda: stress.embargo("JPN", products="c14"),
        lambda: stress.closure("CHN", share=0.5, days=28),
        lambda: stress.closure("CHN"),
        lambda: stress.strike("CHN"),
        lambda: stress.default("F1"),
    ],
)
def test_no_word_of_ours_is_left_in_english(made):
    told = source_told(made().source, ZH)
    assert not re.search(r"[a-z]{3,}", told)
    assert told != made().source


def test_two_shocks_are_told_one_after_the_other():
    said = f"{stress.closure('CHN', share=0.5, days=3).source}; {stress.strike('CHN').source}"
    told = source_told(said, ZH)
    assert told.startswith("停产：全部数值由用户给定；罢工：份额 1（假设：全部停工）；天数 14")


def test_what_a_user_wrote_stays_as_it_is_and_so_does_the_word_of_a_brief_translate():
    assert source_told("letter of 3 May; embargo by law", ZH) == "letter of 3 May; embargo by law"
    assert source_told(EN.say("stress_source"), ZH) == ZH.say("stress_source")
