"""The page of an event: complete, escaped, without anything from elsewhere, in two languages."""

import re

import pytest

from chainwright.errors import ParameterError
from chainwright.plan import dispatch, event_timeline
from chainwright.report.event_page import WORDS, event_page
from event_logs import START, event_log
from toy_makers import two_products


def told():
    system, log = two_products(), event_log("A1", "B")
    log.confirm("B", weeks=4.0, by="Wang", at=START, text="<b>roof</b> & walls")
    log.clear("A1", by="Zhao", at=START)
    log.correct(4, by="Zhao", at=START)
    return event_timeline(system, log), dispatch(system, log)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_holds_cost_sites_steps_and_every_entry(language):
    timeline, steps = told()
    page = event_page(timeline, language=language, steps=steps)
    for key in ("estimate", "sites", "products", "steps", "timeline", "history"):
        assert WORDS[key][language == "zh"] in page
    assert timeline.estimate.log.head in page
    assert page.count("<tr") == 6 + 3 + 2 + 2 + len(steps.table()) + 5 + 3
    assert re.findall(r'<html lang="([^"]+)"', page) == ["zh-CN" if language == "zh" else "en"]
    assert '<tr class="gone">' in page


def test_what_people_wrote_is_escaped():
    page = event_page(told()[0])
    assert "&lt;b&gt;roof&lt;/b&gt; &amp; walls" in page
    assert "<b>roof" not in page


def test_nothing_is_loaded_from_elsewhere_and_no_script_is_in_it():
    page = event_page(*[told()[0]], language="zh")
    assert not re.findall(r"https?://|<script|<link|<img|@import|url\(", page)
    assert "@media print" in page


def test_a_chinese_page_has_no_english_words_of_ours():
    timeline, steps = told()
    body = event_page(timeline, language="zh", steps=steps).partition("<body>")[2]
    text = re.sub(r"<[^>]+>", " ", body)
    words = set(re.findall(r"[a-z]{4,}", text))
    assert words <= {
        "jsonl",
        "fire",
        "roof",
        "walls",
        "chainwright",
        *re.findall(r"[a-f]{4,}", text),
    }


def test_another_language_is_refused():
    with pytest.raises(ParameterError, match="en or zh"):
        event_page(told()[0], language="de")
