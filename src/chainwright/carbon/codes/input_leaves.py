"""What the leaves of a code's tree say: CBOR [kind, value, unit, source], one for each kind.

A kind without items has one value; one with items has a map from item to value, and to unit and
source where these differ. What nobody said is null, with the source "missing".
"""

from collections.abc import Iterator
from itertools import groupby

import numpy as np
import numpy.typing as npt

from chainwright.carbon.codes.strict_cbor import as_cbor
from chainwright.carbon.codes.window_values import (
    KINDS,
    WindowValues,
    kind_numbers,
    unit_of,
)

__all__ = ["absent", "contents", "shortest_numbers"]

Floats = npt.NDArray[np.float64]

NULL = b"\xf6"


def shortest_numbers(values: Floats) -> list[bytes]:
    """Return numbers in deterministic CBOR: half, single or double precision, whichever holds all.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        The numbers; null is written for NaN.

    Examples
    --------
    >>> [number.hex() for number in shortest_numbers(np.array([1.5, 1.1, np.nan, 1e5]))]
    ['f93e00', 'fb3ff199999999999a', 'f6', 'fa47c35000']
    """
    found = [NULL] * len(values)
    left = np.isfinite(values)
    for head, kind in ((b"\xf9", ">f2"), (b"\xfa", ">f4"), (b"\xfb", ">f8")):
        with np.errstate(over="ignore"):
            short = values.astype(kind)
        fits = left & (short.astype(np.float64) == values)
        places = np.flatnonzero(fits)
        data, size = short[places].tobytes(), short.itemsize
        for k, place in enumerate(places.tolist()):
            found[place] = head + data[size * k : size * (k + 1)]
        left &= ~fits
    return found


def absent(kind: int) -> bytes:
    """Return what the leaf of a kind says of which nobody said anything.

    Parameters
    ----------
    kind : int
        Number of the kind.
    """
    return as_cbor([kind, None, unit_of(kind, ""), "missing"])


def contents(
    values: WindowValues, texts: tuple[str, ...]
) -> Iterator[tuple[int, list[list[bytes]]]]:
    """Yield, firm by firm, its place and what the 39 leaves of each window say.

    Parameters
    ----------
    values : WindowValues
        What readings come to.
    texts : tuple of str
        Texts that they refer to by place.
    """
    windows = values.value.shape[1]
    alone = [absent(kind) for kind in range(1, KINDS + 1)]
    numbers = shortest_numbers(values.value.ravel())
    sources = [as_cbor(source) for source in values.sources]
    worded: dict[int, bytes] = {}
    order = zip(values.firm.tolist(), values.kind.tolist(), range(len(values.kind)), strict=True)
    for firm, of_firm in groupby(order, key=lambda row: row[0]):
        leaves = [list(alone) for _ in range(windows)]
        for kind, of_kind in groupby(of_firm, key=lambda row: row[1]):
            series = [s for _, _, s in of_kind]
            if len(series) > 1:
                for w in range(windows):
                    leaves[w][kind - 1] = as_cbor(_several(values, texts, kind, series, w))
                continue
            (s,) = series
            item = values.item[s]
            head = b"\x84" + as_cbor(kind) + (b"\xa1" + as_cbor(item) if item else b"")
            tail = as_cbor(unit_of(kind, item))
            present, source = values.present[s].tolist(), values.source[s].tolist()
            if kind_numbers()[kind]["content"] == "text":
                for w, text in enumerate(values.text[s].tolist()):
                    if present[w]:
                        told = worded.setdefault(text, as_cbor(texts[text] or None))
                        leaves[w][kind - 1] = head + told + tail + sources[source[w]]
                continue
            at = s * windows
            for w in range(windows):
                if present[w]:
                    leaves[w][kind - 1] = head + numbers[at + w] + tail + sources[source[w]]
        yield firm, leaves


def _several(
    values: WindowValues, texts: tuple[str, ...], kind: int, series: list[int], window: int
) -> list[object]:
    """Return what the leaf of a kind with several items says."""
    there = [s for s in series if values.present[s, window]]
    if not there:
        return [kind, None, unit_of(kind, ""), "missing"]
    by_item: dict[str, tuple[object, str, str]] = {}
    for s in there:
        number = float(values.value[s, window])
        value: object = texts[int(values.text[s, window])] or None
        if kind_numbers()[kind]["content"] != "text":
            value = None if np.isnan(number) else number
        item = values.item[s]
        source = values.sources[int(values.source[s, window])]
        by_item[item] = (value, unit_of(kind, item), source)
    if list(by_item) == [""]:
        return [kind, *by_item[""]]
    parts = []
    for k in (1, 2):
        told = {item: str(row[k]) for item, row in by_item.items()}
        parts.append(next(iter(told.values())) if len(set(told.values())) == 1 else told)
    return [kind, {item: row[0] for item, row in by_item.items()}, *parts]
