"""Polygons on the map: read from GeoJSON or pairs, and which points lie in them."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from chainwright.errors import Breach, FormatError, MissingFileError, TableError

__all__ = ["Polygons", "inside", "polygon_of", "read_polygons"]

Polygons = list[list[list[list[float]]]]
"""Polygons, each an outer ring and its holes; a ring is points of longitude and latitude."""

HALF_WORLD = 180.0
"""Degrees of longitude that one edge may span at most: beyond, which way it goes is not clear."""


def polygon_of(pairs: Iterable[tuple[float, float]]) -> Polygons:
    """Return the polygon with these corners; it is closed from the last one to the first.

    Parameters
    ----------
    pairs : iterable of (float, float)
        Latitude and longitude of each corner, degrees in WGS 84, in the order people say them.

    Raises
    ------
    TableError
        If it has fewer than three corners, or they are no places on the Earth.

    Examples
    --------
    >>> polygon_of([(30, 117), (32, 117), (32, 119)])
    [[[[117.0, 30.0], [117.0, 32.0], [119.0, 32.0], [117.0, 30.0]]]]
    """
    ring = [[float(longitude), float(latitude)] for latitude, longitude in pairs]
    if ring and ring[0] != ring[-1]:
        ring.append(list(ring[0]))
    held = [[ring]]
    _check(held, "The polygon")
    return held


def read_polygons(path: Path | str) -> Polygons:
    """Return the polygons of a GeoJSON file: a geometry, a feature, or a collection of either.

    Parameters
    ----------
    path : path
        File of GeoJSON (RFC 7946) with polygons or multi-polygons and nothing else.

    Raises
    ------
    MissingFileError
        If there is no such file.
    FormatError
        If it is no GeoJSON, or has other geometries.
    TableError
        If a ring is not closed, too short, off the Earth or across the 180th meridian.
    """
    place = Path(path)
    if not place.is_file():
        msg = f"There is no file '{path}'. Give a GeoJSON file with a polygon."
        raise MissingFileError(msg)
    try:
        held = json.loads(place.read_bytes())
        found = list(_polygons(held))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        msg = f"'{place.name}' is no GeoJSON of polygons: {error or type(error).__name__}."
        raise FormatError(msg) from error
    if not found:
        msg = f"'{place.name}' holds no polygon. Draw one, and save it as GeoJSON."
        raise FormatError(msg)
    _check(found, f"The polygon of '{place.name}'")
    return [[[[p[0], p[1]] for p in ring] for ring in polygon] for polygon in found]


def inside(
    polygons: Sequence[Any], longitude: npt.ArrayLike, latitude: npt.ArrayLike
) -> npt.NDArray[np.bool_]:
    r"""Return which points lie in any of the polygons, or on an edge of them.

    Even-odd rule: a ray to the east from a point inside a polygon crosses its rings (the holes
    among them) an odd number of times. An edge from (x1, y1) to (x2, y2) is crossed if one of its
    ends lies above y and the other does not, and
    :math:`x < x_1 + (y - y_1)(x_2 - x_1)/(y_2 - y_1)`. Edges are straight in degrees, as RFC 7946
    has them.

    Parameters
    ----------
    polygons : list
        As `read_polygons` returns them.
    longitude, latitude : array_like, shape (n,) [deg]
        The points; NaN is in no polygon.

    Examples
    --------
    >>> square = polygon_of([(0, 0), (0, 2), (2, 2), (2, 0)])
    >>> inside(square, [1.0, 3.0, 2.0], [1.0, 1.0, 1.0]).tolist()
    [True, False, True]
    """
    x = np.asarray(longitude, dtype=np.float64)[:, None]
    y = np.asarray(latitude, dtype=np.float64)[:, None]
    hit = np.zeros(len(x), dtype=np.bool_)
    for polygon in polygons:
        odd, edge = np.zeros(len(x), dtype=np.bool_), np.zeros(len(x), dtype=np.bool_)
        for ring in polygon:
            corners = np.asarray(ring, dtype=np.float64)
            x1, y1 = corners[:-1, 0], corners[:-1, 1]
            x2, y2 = corners[1:, 0], corners[1:, 1]
            side = (x2 - x1) * (y - y1) - (x - x1) * (y2 - y1)
            between = (np.minimum(x1, x2) <= x) & (x <= np.maximum(x1, x2))
            between &= (np.minimum(y1, y2) <= y) & (y <= np.maximum(y1, y2))
            edge |= ((side == 0.0) & between).any(axis=1)
            crossed = ((y1 > y) != (y2 > y)) & np.where(y2 > y1, side > 0.0, side < 0.0)
            odd ^= (crossed.sum(axis=1) % 2).astype(np.bool_)
        hit |= odd | edge
    return hit


def _polygons(held: dict[str, Any]) -> Iterator[Any]:
    """Yield the coordinates of every polygon in GeoJSON."""
    kind = held["type"]
    if kind == "Polygon":
        yield held["coordinates"]
    elif kind == "MultiPolygon":
        yield from held["coordinates"]
    elif kind == "Feature":
        yield from _polygons(held["geometry"])
    elif kind in {"FeatureCollection", "GeometryCollection"}:
        for part in held["features" if kind == "FeatureCollection" else "geometries"]:
            yield from _polygons(part)
    else:
        raise ValueError(f"it has a {kind}, which is no polygon")


def _check(polygons: Sequence[Any], what: str) -> None:
    breaches: list[Breach] = []
    for i, polygon in enumerate(polygons, 1):
        for j, ring in enumerate(polygon, 1):
            breaches += _ring_faults(ring, f"polygon {i}, ring {j}")
    if breaches:
        raise TableError(what, breaches)


def _ring_faults(ring: Sequence[Any], where: str) -> Iterator[Breach]:
    points = [p for p in ring if isinstance(p, (list, tuple)) and len(p) >= 2]
    numbers = [n for p in points for n in p[:2]]
    plain = all(isinstance(n, (int, float)) and not isinstance(n, bool) for n in numbers)
    if len(points) < len(ring) or not plain:
        yield Breach(where, "a corner that is no pair", "[longitude, latitude]", "Correct it.")
        return
    corners = np.array([p[:2] for p in points], dtype=np.float64).reshape(-1, 2)
    if len(corners) < 4:
        expected = "three corners and the first one again"
        yield Breach(where, f"{len(corners)} points", expected, "Draw the polygon to its end.")
        return
    if (corners[0] != corners[-1]).any():
        found = f"a ring from {corners[0].tolist()} to {corners[-1].tolist()}"
        expected = "a ring that is closed"
        yield Breach(where, found, expected, "Let the last point be the first one.")
    off = ~((np.abs(corners[:, 0]) <= HALF_WORLD) & (np.abs(corners[:, 1]) <= HALF_WORLD / 2))
    if off.any():
        found = str(corners[np.flatnonzero(off)[0]].tolist())
        expected = "longitude from -180 to 180, then latitude from -90 to 90"
        yield Breach(where, found, expected, "Exchange the two if they stand the wrong way round.")
    elif (np.abs(np.diff(corners[:, 0])) > HALF_WORLD).any():
        yield Breach(
            where,
            "an edge that spans more than 180 degrees of longitude",
            "a polygon on one side of the 180th meridian",
            "Cut it there into two polygons, as RFC 7946 asks.",
        )
