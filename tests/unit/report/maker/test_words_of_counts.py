"""Sentences that count things read well for none, one and many."""

import csv
import io
from importlib.resources import files

import pytest


@pytest.mark.parametrize("key", ["mk_s_unknown", "mk_s_common"])
def test_a_count_of_one_or_none_does_not_stand_before_a_plural(key):
    text = files("chainwright").joinpath("report/maker/words.csv").read_text(encoding="utf-8")
    found = [row for row in csv.reader(io.StringIO(text)) if row and row[0] == key]
    ((_, english, *_),) = found
    assert "{gaps} items" not in english
    assert "{hidden} items" not in english
    assert ("{gaps}" in english) == (key == "mk_s_unknown")
    assert ("{hidden}" in english) == (key == "mk_s_common")
