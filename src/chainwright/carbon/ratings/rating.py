"""Rating firms: intensity, its ratio to that of peers, grade, level and share neutralised."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from chainwright.carbon.methods.method_files import Method
from chainwright.carbon.ratings.grades import grade_probability, graded
from chainwright.carbon.ratings.peer_groups import peer_groups
from chainwright.carbon.ratings.rating_result import Rating
from chainwright.carbon.ratings.reasons import reason_place
from chainwright.carbon.ratings.sector_means import PeerMeans, SectorMeans
from chainwright.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from chainwright.carbon.inventory.account_result import Account

__all__ = ["method_of", "rate"]

Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Small = npt.NDArray[np.int8]


def rate(
    account: "Account",
    *,
    method: "Method | Path | str" = "zj-2021",
    months: "Sequence[str] | None" = None,
    means: SectorMeans | None = None,
) -> Rating:
    """Return the rating of every firm of an account, month by month.

    Over the window of months that the method names, up to each month::

        L = E / VA,  K = L / Lbar,  grade = g(K),  level = l(L),  R = A / gross in [0, 1]

    E is the net emission, Lbar the mean of the peers by the method: those of the firm's class of
    GB/T 4754 if the class has enough rated firms, else of the group of three digits, of two, of the
    section. A firm that cannot be rated has the reason instead.

    Parameters
    ----------
    account : Account
        Of a city, or of one firm beside the `means` of its city.
    method : Method, path or str
        A method, its file, or the name of one that comes with the program.
    months : sequence of str, optional
        Months that windows end with, YYYY-MM; all of the account if not given.
    means : SectorMeans, optional
        Of a rating of the city; those of the account itself if not given.

    Raises
    ------
    ParameterError
        If a month is not one of the account, or the means are of another method.
    LabelError
        If the means lack a month.
    MissingPartError, UnknownCodeError, MissingFileError, FormatError, TableError
        As for `Method.named` and `Method.read`.
    """
    chosen = method_of(method)
    columns = _columns(account.months, months)
    window = account.rolling(chosen.window_months)
    last = np.ascontiguousarray(account.months[columns])
    E, VA, gross, A, half = (
        np.ascontiguousarray(part[:, columns])
        for part in (
            window.net,
            window.value_added,
            window.gross,
            window.neutralised,
            window.half_width,
        )
    )
    groups = peer_groups(account.system, account.firms)
    classed: npt.NDArray[np.bool_] = np.max(groups.member, axis=0) >= 0
    reason = _reasons(E, VA, last, int(account.months[0]), chosen)
    reason[(reason == 0) & ~classed[:, None]] = reason_place("no_class")
    rated = reason == 0
    own = np.where(rated, E, np.nan), np.where(rated, VA, np.nan)
    if means is None:
        means = SectorMeans(chosen, last, account.firms, groups, *own)
    peers = means.against(account.firms, groups, *own, means.asked(chosen, last))
    reason[rated & (peers.digits == 0)] = reason_place("no_peers")
    reason[(reason == 0) & ~(peers.mean > 0)] = reason_place("mean_not_positive")
    rated = reason == 0
    defined = np.isfinite(E) & (VA > 0)
    L = np.divide(E, VA, out=np.full(E.shape, np.nan), where=defined)
    K = np.divide(L, peers.mean, out=np.full(E.shape, np.nan), where=rated)
    R = np.divide(A, gross, out=np.full(E.shape, np.nan), where=gross > 0)
    probability = np.zeros((*E.shape, 5))
    probability[..., : chosen.grades] = grade_probability(K, half, chosen.grade_bounds)
    probability[np.isnan(probability[..., 0])] = np.nan
    return Rating(
        system=account.system,
        account=account,
        window=window,
        method=chosen,
        months=last,
        columns=columns,
        gross=gross,
        neutralised=A,
        net=E,
        value_added=VA,
        L=L,
        K=K,
        R=np.clip(R, 0.0, 1.0),
        half_width=half,
        grade=graded(K, chosen.grade_bounds),
        level=np.where(rated, graded(L, chosen.level_bounds), 0).astype(np.int8),
        reason=reason,
        probability=probability,
        means=means,
        **_only_rated(peers, rated)._asdict(),
    )


def method_of(given: "Method | Path | str") -> Method:
    """Return a method that is given as itself, by its name or by the path of its file.

    Parameters
    ----------
    given : Method, path or str
        Text that ends with ``.toml`` is a path.
    """
    if isinstance(given, Method):
        return given
    if isinstance(given, str) and not given.endswith(".toml"):
        return Method.named(given)
    return Method.read(given)


def _columns(months: Codes, asked: "Sequence[str] | None") -> npt.NDArray[np.intp]:
    if asked is None:
        return np.arange(len(months))
    held = np.datetime_as_string(months.astype("datetime64[M]")).tolist()
    lacking = [month for month in asked if month not in held]
    if lacking or not asked:
        expected = f"months from {held[0]} to {held[-1]}" if held else "a month that has readings"
        raise ParameterError("months", "this rating", expected, lacking or asked)
    return np.array(sorted({held.index(month) for month in asked}), dtype=np.intp)


def _reasons(E: Floats, VA: Floats, last: Codes, first: int, method: Method) -> Small:
    """Return why windows cannot be rated, as far as a firm's own numbers tell."""
    reason = np.zeros(E.shape, dtype=np.int8)
    reason[~(VA > 0)] = reason_place("value_added_not_positive")
    reason[~np.isfinite(E)] = reason_place("energy_missing")
    reason[~np.isfinite(VA)] = reason_place("value_added_missing")
    reason[:, last - first + 1 < method.window_months] = reason_place("too_early")
    valid = np.array([method.valid_from, method.valid_to or "9999-12"], dtype="datetime64[M]")
    month = last.astype("datetime64[M]")
    reason[:, (month < valid[0]) | (month > valid[1])] = reason_place("method_not_valid")
    return reason


def _only_rated(peers: PeerMeans, rated: npt.NDArray[np.bool_]) -> PeerMeans:
    """Return the means of firms that are rated: a firm without a grade has no yardstick."""
    return PeerMeans(
        np.where(rated, peers.mean, np.nan),
        np.where(rated, peers.digits, 0).astype(np.int8),
        np.where(rated, peers.peers, 0).astype(np.int32),
        np.where(rated, peers.peer_class, ""),
    )
