"""Means of peers: sums of emissions and value added by group and month, and what they give."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from chainwright.carbon.methods.method_files import Method
from chainwright.carbon.ratings.peer_groups import DIGITS, PeerGroups
from chainwright.errors import LabelError, ParameterError
from chainwright.tables import schema

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["PeerMeans", "SectorMeans"]

Codes = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Small = npt.NDArray[np.int8]
Truths = npt.NDArray[np.bool_]


class PeerMeans(NamedTuple):
    """The mean that each firm is compared with, ``(f, m)``.

    Parameters
    ----------
    mean : ndarray of float64
        [tCO2 per 10^4 CNY]; NaN where there is none.
    digits : ndarray of int8
        Digits of the group that was taken: 4, 3, 2, 1 for the section, 0 for none.
    peers : ndarray of int32
        Firms that are rated in it, the firm itself among them.
    peer_class : ndarray of str
        Code of the group; empty for none.
    """

    mean: Floats
    digits: Small
    peers: Codes
    peer_class: npt.NDArray[np.str_]


class _Sums(NamedTuple):
    """Number of firms, sums of emission, value added and intensity, each ``(..., m)``."""

    firms: Floats
    net: Floats
    value_added: Floats
    intensity: Floats


@dataclass(frozen=True, eq=False)
class SectorMeans:
    """What the firms of a city sum up to, by peer group and month: ``g`` groups, ``m`` months.

    Parameters
    ----------
    method : Method
        The method that they were made for; they serve no other.
    months : ndarray of int32, shape (m,)
        Last months of the windows, since January 1970.
    firms : tuple of str
        Firms that are summed.
    groups : PeerGroups
        Their groups.
    net, value_added : ndarray of float64, shape (f, m)
        What each firm brings in [tCO2, 10^4 CNY]; NaN where it is not counted.
    """

    method: Method
    months: Codes
    firms: tuple[str, ...]
    groups: PeerGroups
    net: Floats
    value_added: Floats

    @cached_property
    def _place(self) -> dict[str, int]:
        return {firm: i for i, firm in enumerate(self.firms)}

    @cached_property
    def _group_place(self) -> dict[str, int]:
        return {code: i for i, code in enumerate(self.groups.codes)}

    @cached_property
    def sums(self) -> _Sums:
        """Firms, emission, value added and intensity, summed by group, ``(g, m)`` each."""
        own = _own(self.net, self.value_added)
        steps = self.groups.sums()
        added: list[Floats] = []
        for part in own:
            of_steps = [step @ part for step in steps]  # a group is of one step alone
            added.append(np.sum(of_steps, axis=0))
        return _Sums(*added)

    def asked(self, method: Method, months: Codes) -> npt.NDArray[np.intp]:
        """Return the columns of some months, after a look at the method.

        Parameters
        ----------
        method : Method
            The method of the rating.
        months : ndarray of int32
            Its months.

        Raises
        ------
        ParameterError
            If the means are of another method: two are never mixed in one ranking.
        LabelError
            If they lack a month.
        """
        if method != self.method:
            expected = f"'{self.method.id}', that of the means: one ranking has one method"
            raise ParameterError("method", "a rating against given means", expected, method.id)
        column = np.searchsorted(self.months, months)
        held = column < len(self.months)
        held[held] = self.months[column[held]] == months[held]
        if not held.all():
            lacking = np.datetime_as_string(months[~held].astype("datetime64[M]"))
            raise LabelError(
                f"The means lack {', '.join(lacking)}. Make them of a rating of those months."
            )
        return column

    def against(
        self,
        firms: "Sequence[str]",
        groups: PeerGroups,
        net: Floats,
        value_added: Floats,
        columns: npt.NDArray[np.intp],
    ) -> PeerMeans:
        """Return the mean that each firm is compared with.

        A firm that is summed here already is taken out with what it brought in, and counted with
        what is given now, if the method includes it. The widest group, the section, serves
        however few firms it has; a method that excludes the firm needs one other.

        Parameters
        ----------
        firms : sequence of str, f
            The firms that are rated.
        groups : PeerGroups
            Their groups.
        net, value_added : ndarray of float64, shape (f, m)
            What each has in the window; NaN where it cannot be rated.
        columns : ndarray of intp, shape (m,)
            Columns of these means, from `asked`.
        """
        now = _own(net, value_added)
        known = np.array([self._place.get(firm, -1) for firm in firms], dtype=np.intp)
        before = _own(
            np.where(known[:, None] >= 0, self.net[known][:, columns], np.nan),
            np.where(known[:, None] >= 0, self.value_added[known][:, columns], np.nan),
        )
        same = (before.net == now.net) & (before.value_added == now.value_added)
        same &= before.firms == now.firms
        at = np.array([self._group_place.get(c, -1) for c in groups.codes] + [-1], dtype=np.intp)
        shape = net.shape
        found = PeerMeans(
            np.full(shape, np.nan),
            np.zeros(shape, dtype=np.int8),
            np.zeros(shape, dtype=np.int32),
            np.full(shape, "", dtype="U4"),
        )
        open_ = now.firms > 0
        if not self.groups.codes:
            return found
        least = max(self.method.least_peers, 1)
        for digits, member in zip(DIGITS, groups.member, strict=True):
            place = at[member]
            held = (place >= 0)[:, None]
            city = [np.where(held, part[place][:, columns], 0.0) for part in self.sums]
            whole = _Sums(
                *(
                    np.where(same, total, total - old + new)
                    for total, old, new in zip(city, before, now, strict=True)
                )
            )
            enough = (member >= 0)[:, None] & ((whole.firms >= least) | (digits == DIGITS[-1]))
            used = self._used(whole, now)
            take = open_ & enough & (used.firms > 0)
            mean = self._mean(used)
            found.mean[take] = mean[take]
            found.digits[take] = digits
            found.peers[take] = np.rint(whole.firms[take]).astype(np.int32)
            codes = np.array([*groups.codes, ""], dtype="U4")[member]
            found.peer_class[take] = np.broadcast_to(codes[:, None], shape)[take]
            open_ &= ~take
        return found

    def _used(self, whole: _Sums, now: _Sums) -> _Sums:
        """Return the sums that the mean is made of: with the firm itself or without."""
        if self.method.own == "included":
            return whole
        return _Sums(*(total - own for total, own in zip(whole, now, strict=True)))

    def _mean(self, used: _Sums) -> Floats:
        over = (used.net, used.value_added)
        if self.method.mean == "mean_of_ratios":
            over = (used.intensity, used.firms)
        above, below = over
        found: Floats = np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)
        return found

    def table(self) -> pd.DataFrame:
        """Return the means as a table: latest month first, then the groups with most emission."""
        total = self.sums
        groups, months = total.firms.shape
        size = np.array([1 if code.isalpha() else len(code) for code in self.groups.codes])
        cells = {
            "month": np.tile(np.datetime_as_string(self.months.astype("datetime64[M]")), groups),
            "peer_class": np.repeat(np.array(self.groups.codes, dtype=object), months),
            "digits": np.repeat(size, months),
            "firms": total.firms.ravel().astype(np.int64),
            "net": total.net.ravel(),
            "value_added": total.value_added.ravel(),
            "mean": self._mean(total).ravel(),
            "method": np.full(groups * months, self.method.id, dtype=object),
        }
        frame = pd.DataFrame({c.column: cells[c.column] for c in schema("carbon_sector_means")})
        frame = frame[frame["firms"] > 0]
        keys = ["month", "digits", "net", "peer_class"]
        ranked = frame.sort_values(keys, ascending=[False, False, False, True])
        return ranked.reset_index(drop=True)

    def __repr__(self) -> str:
        groups, firms = len(self.groups.codes), len(self.firms)
        return f"<SectorMeans by {self.method.id}: {firms:,} firms in {groups:,} groups>"


def _own(net: Floats, value_added: Floats) -> _Sums:
    """Return what each firm brings in; nothing where it cannot be rated."""
    counted = np.isfinite(net) & (value_added > 0)
    E, VA = np.where(counted, net, 0.0), np.where(counted, value_added, 0.0)
    L = np.divide(E, VA, out=np.zeros_like(E), where=counted)
    return _Sums(counted.astype(np.float64), E, VA, L)
