import pytest

from chainwright.carbon.codes.base45 import ALPHABET, as_base45, from_base45
from chainwright.errors import CodeError

RFC_9285 = {
    b"AB": "BB8",
    b"Hello!!": "%69 VD92EX0",
    b"base-45": "UJCLQE7W581",
    b"ietf!": "QED8WEX0",
    b"": "",
}
"""Examples of RFC 9285, sections 4.3 and 4.4."""


@pytest.mark.parametrize(("data", "text"), RFC_9285.items())
def test_the_examples_of_the_rfc_are_written_and_read_as_it_says(data, text):
    assert as_base45(data) == text
    assert from_base45(text) == data


def test_all_single_bytes_and_all_pairs_come_back_and_no_two_have_one_text():
    singles = [bytes([a]) for a in range(256)]
    pairs = [bytes([a, b]) for a in range(256) for b in range(0, 256, 5)]
    texts = [as_base45(data) for data in (*singles, *pairs)]
    assert len(set(texts)) == len(texts)
    assert [from_base45(text) for text in texts] == [*singles, *pairs]


def test_a_long_run_of_bytes_is_written_as_by_hand():
    data = bytes(range(251)) * 3
    by_hand = ""
    for at in range(0, len(data) - 1, 2):
        number = data[at] * 256 + data[at + 1]
        by_hand += ALPHABET[number % 45] + ALPHABET[number // 45 % 45] + ALPHABET[number // 2025]
    by_hand += ALPHABET[data[-1] % 45] + ALPHABET[data[-1] // 45]
    assert as_base45(data) == by_hand


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("GGX", "no group"),  # 65,536 by the example of the RFC: one more than two bytes hold
        (":::", "no group"),
        ("::", "no group"),  # 2,024 > 255
        ("U5", None),  # 255: 30 + 5 * 45
        ("V5", "no group"),  # 256
        ("A", "missing"),
        ("BB8B", "missing"),
        ("bb8", "'b' at place 1"),
        ("BB\n", "at place 3"),
        ("BBé", "at place 3"),
    ],
)
def test_what_is_no_base45_is_refused_with_its_place(text, why):
    if why is None:
        assert from_base45(text) == b"\xff"
        return
    with pytest.raises(CodeError, match=why) as refused:
        from_base45(text)
    assert refused.value.reason == "malformed"


def test_the_largest_group_is_two_full_bytes():
    assert as_base45(b"\xff\xff") == "FGW"
    assert from_base45("FGW") == b"\xff\xff"
