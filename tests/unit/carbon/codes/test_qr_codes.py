import re
import time

import pytest
import zxingcpp

from chainwright.carbon import SigningKey, qr_svg, signed, verify
from chainwright.errors import CodeError, ParameterError
from signed_codes import AT, ISSUER, drawn, full_claims, trusting


@pytest.fixture(scope="module")
def key():
    return SigningKey.made(ISSUER)


@pytest.mark.parametrize(("error", "modules"), [("m", 69), ("q", 85)])
def test_another_decoder_reads_the_picture_back_and_the_code_is_checked(key, error, modules):
    text = signed(full_claims(), key)
    svg = qr_svg(text, error=error, title="Carbon efficiency code")
    assert f'viewBox="0 0 {modules + 8} {modules + 8}"' in svg
    (found,) = zxingcpp.read_barcodes(drawn(svg))
    assert found.text == text
    assert str(found.format).replace(" ", "").endswith("QRCode")
    assert verify(found.text, trusting(key), at=AT).claims == full_claims()


def test_the_picture_is_small_needs_nothing_else_and_names_itself(key):
    svg = qr_svg(signed(full_claims(), key), title="<Code> & more")
    assert len(svg) < 10_000
    assert "<title>&lt;Code&gt; &amp; more</title>" in svg
    assert not re.search(r"script|href|style=|<\?xml", svg)


def test_a_picture_with_spots_is_still_read(key):
    text = signed(full_claims(), key)
    picture = drawn(qr_svg(text, error="q"))
    height = len(picture)
    picture[height // 2 : height // 2 + 24, height // 2 : height // 2 + 24] = 255
    (found,) = zxingcpp.read_barcodes(picture)
    assert found.text == text


def test_a_picture_is_drawn_fast(key):
    text = signed(full_claims(), key)
    qr_svg(text)
    began = time.process_time()
    for _ in range(5):
        qr_svg(text)
    assert (time.process_time() - began) / 5 < 0.5  # 0.04 s where nothing else runs


@pytest.mark.parametrize(
    ("text", "error", "reason"),
    [
        ("HC1:ABC", "m", "malformed"),
        ("CC1:abc", "m", "malformed"),
        ("CC1:" + "A" * 1997, "m", "oversize"),
        ("CC1:" + "A" * 1990, "h", "oversize"),
    ],
)
def test_what_is_no_code_is_not_drawn(text, error, reason):
    with pytest.raises(CodeError) as refused:
        qr_svg(text, error=error)
    assert refused.value.reason == reason


def test_a_level_of_correction_is_one_of_four():
    with pytest.raises(ParameterError, match="l, m, q or h"):
        qr_svg("CC1:A", error="x")
