from hashlib import sha256

import pytest

from chainwright.carbon.codes.merkle import leaf_hashes, path_of, root_of, root_over
from chainwright.errors import ParameterError


def digest(*parts):
    return sha256(b"".join(parts)).digest()


def leaves_of(count):
    return leaf_hashes([bytes([i] * 16) for i in range(count)], [b"%d" % i for i in range(count)])


def by_hand(leaves):
    """Return the root by its recursive definition: the left part is the largest power of two."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while 2 * split < len(leaves):
        split *= 2
    return digest(b"\x01", by_hand(leaves[:split]), by_hand(leaves[split:]))


def test_a_leaf_is_marked_salted_and_hashed():
    assert leaf_hashes([b"s" * 16], [b"said"]) == [digest(b"\x00", b"s" * 16, b"said")]


def test_three_leaves_by_hand_the_odd_one_is_promoted():
    a, b, c = leaves_of(3)
    assert root_of([a, b, c]) == digest(b"\x01", digest(b"\x01", a, b), c)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7, 8, 39, 40])
def test_promotion_is_the_same_tree_as_splitting_at_powers_of_two(count):
    assert root_of(leaves_of(count)) == by_hand(leaves_of(count))


@pytest.mark.parametrize("count", [1, 2, 3, 5, 39, 64])
def test_each_leaf_is_proved_by_its_path_and_by_none_other(count):
    leaves = leaves_of(count)
    root = root_of(leaves)
    for place, leaf in enumerate(leaves):
        path = path_of(leaves, place)
        assert root_over(leaf, place, count, path) == root
        for other in range(count):
            if other != place:
                assert root_over(leaf, other, count, path) != root
        assert root_over(leaf, place, count, (*path, root)) is None
        if path:
            assert root_over(leaf, place, count, path[:-1]) is None


def test_a_path_of_39_leaves_has_at_most_six_hashes():
    leaves = leaves_of(39)
    sizes = [len(path_of(leaves, place)) for place in range(39)]
    assert max(sizes) == 6
    assert sizes[38] == 3  # promoted three times


def test_a_node_cannot_pass_for_a_leaf():
    a, b = leaves_of(2)
    assert leaf_hashes([a[:16]], [a[16:] + b]) != [root_of([a, b])]


def test_places_that_are_not_there_are_refused():
    with pytest.raises(ParameterError, match="one leaf at least"):
        root_of([])
    with pytest.raises(ParameterError, match="from 0 to 2"):
        path_of(leaves_of(3), 3)
    assert root_over(leaves_of(1)[0], 1, 1, ()) is None
