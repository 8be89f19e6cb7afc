"""A tree of hashes over leaves: one of them can be shown, and proved, without the others.

leaf = SHA-256(0x00 || salt || content)
node = SHA-256(0x01 || left || right);  an odd last node is promoted
"""

from collections.abc import Sequence
from hashlib import sha256

from chainwright.errors import ParameterError

__all__ = ["SALT", "leaf_hashes", "path_of", "root_of", "root_over"]

SALT = 16
"""Bytes of a salt."""


def leaf_hashes(salts: Sequence[bytes], contents: Sequence[bytes]) -> list[bytes]:
    """Return the hashes of leaves.

    Parameters
    ----------
    salts : sequence of bytes
        16 bytes each that nobody can guess.
    contents : sequence of bytes
        What the leaves say.
    """
    return [
        sha256(b"\x00" + salt + content).digest()
        for salt, content in zip(salts, contents, strict=True)
    ]


def _above(level: Sequence[bytes]) -> list[bytes]:
    """Return the nodes above a level."""
    nodes = [
        sha256(b"\x01" + left + right).digest()
        for left, right in zip(level[::2], level[1::2], strict=False)
    ]
    if len(level) % 2:
        nodes.append(level[-1])
    return nodes


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root of a tree.

    Parameters
    ----------
    leaves : sequence of bytes
        Hashes of its leaves, one at least.

    Raises
    ------
    ParameterError
        If there is none.
    """
    if not leaves:
        raise ParameterError("leaves", "a tree of hashes", "one leaf at least", leaves)
    level = list(leaves)
    while len(level) > 1:
        level = _above(level)
    return level[0]


def path_of(leaves: Sequence[bytes], place: int) -> tuple[bytes, ...]:
    """Return what proves a leaf: the hashes beside its way to the root, at most 6 of 39 leaves.

    Parameters
    ----------
    leaves : sequence of bytes
        Hashes of all leaves.
    place : int
        Place of the leaf, from 0.

    Raises
    ------
    ParameterError
        If there is no such leaf.
    """
    if not 0 <= place < len(leaves):
        raise ParameterError("place", "a tree of hashes", f"from 0 to {len(leaves) - 1}", place)
    level, found = list(leaves), []
    while len(level) > 1:
        beside = place ^ 1
        if beside < len(level):
            found.append(level[beside])
        level, place = _above(level), place // 2
    return tuple(found)


def root_over(leaf: bytes, place: int, count: int, path: Sequence[bytes]) -> bytes | None:
    """Return the root that a leaf and its path lead to, or nothing if the path has no such form.

    Parameters
    ----------
    leaf : bytes
        Hash of the leaf.
    place : int
        Its place, from 0: it decides which side each hash of the path stands on.
    count : int
        Leaves of the tree.
    path : sequence of bytes
        What `path_of` returned.
    """
    if not 0 <= place < count:
        return None
    left, node = list(path), leaf
    while count > 1:
        if place ^ 1 < count:
            if not left:
                return None
            beside = left.pop(0)
            pair = beside + node if place % 2 else node + beside
            node = sha256(b"\x01" + pair).digest()
        place, count = place // 2, (count + 1) // 2
    return None if left else node
