"""Words that agree with a count, and every text of the program that has one: with 0, 1 and 2."""

import csv
import re
from importlib.resources import files
from string import Formatter

import pytest

from chainwright.diagnose.maker.source_reasons import SAID
from chainwright.params.agreement import agreed
from chainwright.plan.events.dispatch_reasons import REASONS
from chainwright.plan.events.event_words import REMARKS, remark
from chainwright.report.maker.maker_findings import kinds
from chainwright.report.wording import Words

COUNTS = ("0", "1", "2", "1,234")
PLURALS = (
    "items|sites|suppliers|sources|gaps|steps|measures|outages|tiers|figures|units|weeks|products|"
    "parts|nodes|trials|regions|countries"
)
AFTER_ONE = re.compile(rf"(?<![\d.,])1 (?:bought |potential |known )?(?:{PLURALS})\b")
VERBS_AFTER_ONE = re.compile(r"(?<![\d.,] )(?<![\d.,])\b1 (?:are|have|were|cover|come|stop|make)\b")
SINGULARS = re.compile(r"\b[02] (?:bought |potential )?(?:item|site|supplier|source|gap|step)\b")


def english(name):
    text = files("chainwright").joinpath(f"report/{name}").read_text("utf-8")
    return {row["key"]: row["en"] for row in csv.DictReader(text.splitlines())}


COUNTED = {
    **english("maker/words.csv"),
    **{f"source {key}": said[0] for key, said in SAID.items()},
    **{f"event {key}": said[0] for key, said in REMARKS.items()},
    **{f"dispatch {key}": said[0] for key, said in REASONS.items()},
}
AGREEING = {
    key: text
    for key, text in COUNTED.items()
    if any("|" in (spec or "") for _, _, spec, _ in Formatter().parse(text))
}


def filled(text, count):
    """Return a text with the same count in each of its places that is written as it is."""
    formats = {name: spec for _, name, spec, _ in Formatter().parse(text) if name}
    numbers = {name for name, spec in formats.items() if spec and "|" not in spec}
    numbers |= {"recover", "survive"}  # weeks with a decimal
    return agreed(text, **{name: 3.5 if name in numbers else count for name in formats})


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 sites are"),
        (1, "1 site is"),
        (2, "2 sites are"),
        ("1", "1 site is"),
        ("1.0", "1.0 sites are"),
        ("1,001", "1,001 sites are"),
        (-1, "-1 sites are"),
        (11, "11 sites are"),
        (21, "21 sites are"),
    ],
)
def test_the_word_is_that_of_the_count(count, said):
    assert agreed("{n} {n:site is|sites are}", n=count) == said


def test_other_places_are_filled_as_ever():
    assert agreed("{a:.1%} of {b:>4}; {c}", a=0.256, b="x", c=3) == "25.6% of    x; 3"
    assert agreed("nothing") == "nothing"


def test_a_value_that_looks_like_a_place_stays_as_it_is():
    assert agreed("{who}: {n:one|many}", who="{n:a|b} {x}", n=1) == "{n:a|b} {x}: one"


def test_each_count_may_have_words_of_its_own():
    text = "{a} {a:cat|cats} and {b} {b:dog|dogs}"
    assert agreed(text, a=1, b=2) == "1 cat and 2 dogs"
    assert agreed(text, a=2, b=1) == "2 cats and 1 dog"


def test_one_word_may_be_empty():
    assert [agreed("{n} car{n:|s}", n=n) for n in (1, 2)] == ["1 car", "2 cars"]


def test_a_place_without_a_value_is_refused():
    with pytest.raises(KeyError, match="n"):
        agreed("{n:item|items}")


def test_there_are_texts_to_look_at():
    assert len(AGREEING) > 30


@pytest.mark.parametrize("key", AGREEING)
@pytest.mark.parametrize("count", COUNTS)
def test_no_text_says_one_items_or_two_item(key, count):
    said = filled(AGREEING[key], count)
    assert "|" not in said
    assert not AFTER_ONE.search(said), said
    assert not VERBS_AFTER_ONE.search(said), said
    assert not SINGULARS.search(said), said


@pytest.mark.parametrize("key", AGREEING)
def test_one_and_two_are_said_otherwise(key):
    one, two, none = (filled(AGREEING[key], count) for count in ("1", "2", "0"))
    marked = [re.sub(r"(?<![\d.])[012](?!\.?\d)", "#", said) for said in (one, two, none)]
    assert marked[0] != marked[1] == marked[2]


PLURAL_AFTER = re.compile(rf"\{{(\w+)\}} (?:bought |potential )?(?:{PLURALS})\b")
ALWAYS_SEVERAL = {("mk_s_exposed", "recover"), ("mk_s_exposed", "survive")}
"""Weeks with one decimal: English says 1.0 weeks."""


@pytest.mark.parametrize("key", COUNTED)
def test_no_plural_stands_fixed_behind_a_count(key):
    fixed = {(key, name) for name in PLURAL_AFTER.findall(COUNTED[key])}
    assert fixed <= ALWAYS_SEVERAL, COUNTED[key]


def count_of(text, n):
    return Words("en").say(text, **dict.fromkeys(Words("en").places(text), n))


@pytest.mark.parametrize(
    ("key", "none", "one", "two"),
    [
        (
            "mk_s_several",
            "Of 0 bought items none is known to come from one site alone.",
            "Of 1 bought item none is known to come from one site alone.",
            "Of 2 bought items none is known to come from one site alone.",
        ),
        (
            "mk_s_no_common",
            "Of 0 suppliers none stops a product by itself.",
            "Of 1 supplier none stops a product by itself.",
            "Of 2 suppliers none stops a product by itself.",
        ),
        ("mk_loss_output", "0 units", "1 unit", "2 units"),
        (
            "mk_not_drawn",
            "0 sites did not fit and are not drawn; they are in the tables.",
            "1 site did not fit and is not drawn; it is in the tables.",
            "2 sites did not fit and are not drawn; they are in the tables.",
        ),
        (
            "mk_not_needed",
            "0 sites make nothing that a product needs and are left out.",
            "1 site makes nothing that a product needs and is left out.",
            "2 sites make nothing that a product needs and are left out.",
        ),
        (
            "map_description",
            "Map of 0 sites by latitude and longitude, without a coast or border; "
            "0 have no coordinates.",
            "Map of 1 site by latitude and longitude, without a coast or border; "
            "1 has no coordinates.",
            "Map of 2 sites by latitude and longitude, without a coast or border; "
            "2 have no coordinates.",
        ),
        (
            "mk_tiers_lead",
            "Of 0 sites and items without a known source, 0 are exposed, 0 are not, and of 0 it is "
            "not known.",
            "Of 1 site or item without a known source, 1 is exposed, 1 is not, and of 1 it is "
            "not known.",
            "Of 2 sites and items without a known source, 2 are exposed, 2 are not, and of 2 it is "
            "not known.",
        ),
    ],
)
def test_sentences_of_the_report_with_none_one_and_two(key, none, one, two):
    assert [count_of(key, n) for n in (0, 1, 2)] == [none, one, two]


def test_chinese_has_one_form():
    words = Words("zh")
    for key in english("maker/words.csv"):
        assert "|" not in words.say(key, **dict.fromkeys(words.places(key), "1"))


@pytest.mark.parametrize(
    ("by", "one", "many"),
    [
        ("site", "site", "sites"),
        ("node", "item at one site", "items at a site"),
        ("supplier", "supplier", "suppliers"),
        ("region", "region", "regions"),
        ("place", "country", "countries"),
        ("item", "item", "items"),
    ],
)
def test_what_stands_still_is_said_of_one_or_of_many(by, one, many):
    assert [kinds(by, n, Words("en")) for n in (0, 1, 2)] == [many, one, many]
    assert len({kinds(by, n, Words("zh")) for n in (0, 1, 2)}) == 1


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "0 potential sites are counted as out for their time to recover, from now on."),
        (1, "1 potential site is counted as out for its time to recover, from now on."),
        (2, "2 potential sites are counted as out for their time to recover, from now on."),
    ],
)
def test_remarks_of_an_event_agree(n, said):
    assert remark("potential counted", n=n) == (
        said,
        f"{n}处潜在场所按其恢复时间自此刻起计为停产。",
    )
    weeks = remark("recovery assumed", n=n, weeks=str(n))[0]
    assert weeks.endswith(f"({n} {'week' if n == 1 else 'weeks'}).")
    nodes = remark("capacity assumed", n=n, share=0.1)[0]
    assert nodes.startswith("Of 1 node of" if n == 1 else f"Of {n} nodes of")
    assert "10%" in nodes
