"""The command that finds codes."""

import json

import pytest

from chainwright.cli import main


def run(capsys, *words):
    with pytest.raises(SystemExit) as stopped:
        main([str(w) for w in words])
    printed = capsys.readouterr()
    return stopped.value.code or 0, printed.out, printed.err


def test_a_code_is_shown_with_its_names(capsys):
    code, out, err = run(capsys, "classes", "3841")
    assert (code, err) == (0, "")
    assert "Manufacture of lithium-ion batteries" in out
    assert "锂离子电池制造" in out
    assert "exact code" in out


def test_a_word_is_searched_in_one_list(capsys):
    code, out, _ = run(capsys, "classes", "lithium carbonate", "--within", "HS2022", "--limit", 1)
    assert code == 0
    assert "283691" in out
    assert "283699" not in out


def test_a_code_is_taken_to_another_list(capsys, tmp_path):
    target = tmp_path / "found.json"
    code, _, _ = run(capsys, "classes", "3841", "--to", "ISIC4", "--format", "json", "-o", target)
    assert code == 0
    rows = json.loads(target.read_text("utf-8"))
    assert [row["to_code"] for row in rows] == ["27", "26", "28"]


def test_headings_are_in_chinese_where_asked(capsys):
    code, out, _ = run(capsys, "classes", "隔膜", "--lang", "zh")
    assert code == 0
    assert "代码" in out
    assert "392119" in out


def test_an_unknown_list_is_told_in_one_line_without_a_traceback(capsys):
    code, out, err = run(capsys, "classes", "steel", "--within", "HS2012")
    assert (code, out) == (2, "")
    assert "no known classification" in err
    assert "Traceback" not in err
