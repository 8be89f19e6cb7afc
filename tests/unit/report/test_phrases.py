import pytest

from chainwright.errors import UnknownCodeError
from chainwright.report.phrases import Phrases
from chainwright.report.wording import Words
from chainwright.serve.wording import PageWords


@pytest.mark.parametrize("kind", [Words, PageWords])
def test_a_text_that_is_not_there_is_an_error_that_says_which_texts_were_meant(kind):
    words = kind("zh")
    assert not words.knows("nothing of this name")
    with pytest.raises(UnknownCodeError, match=words.written):
        words.say("nothing of this name")


def test_each_kind_of_phrases_has_tables_of_its_own():
    assert Words("en").knows("year_not_stated")
    assert not PageWords("en").knows("year_not_stated")
    assert PageWords("en").knows("verify_button")
    assert not Words("en").knows("verify_button")


@pytest.mark.parametrize(("language", "said"), [("en", "1 firm"), ("zh", "1 家企业")])
def test_places_are_filled_and_words_agree_with_counts(language, said, monkeypatch):
    class Own(Phrases):
        tables = ("own",)

    row = {"en": "{n} {n:firm|firms}", "zh": "{n} 家企业"}
    monkeypatch.setattr("chainwright.report.phrases._texts", lambda tables: {"firms": row})
    assert Own(language).say("firms", n=1) == said
    assert Own(language).row("firms") is row
