"""The status list of a file, read anew when the file changes; never an older one."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from chainwright.carbon.codes.claims import moment
from chainwright.carbon.codes.seen_lists import remember_lists
from chainwright.carbon.codes.status_lists import StatusList
from chainwright.errors import ChainwrightError

if TYPE_CHECKING:
    from chainwright.carbon.codes.trust_lists import TrustList

__all__ = ["WatchedStatus"]

LOG = logging.getLogger("chainwright.serve")


class WatchedStatus:
    """A status list that is read anew whenever its file changes.

    What was withdrawn on the last list that was read stays withdrawn: a list from before it, one
    that does not hold, or none at all is refused, and said in the log once.

    Parameters
    ----------
    path : Path
        The file.
    trust : TrustList
        Keys that are taken.
    seen : Path, optional
        Note of the lists that were seen, also before this server was started.

    Raises
    ------
    MissingFileError
        If there is no such file.
    CodeError
        If it is no status list, none that a key of the trust list signed, or an older one.
    """

    def __init__(self, path: Path, trust: "TrustList", seen: Path | None = None) -> None:
        self.path, self.trust, self.seen = path, trust, seen
        self._stamp = self._stamped()
        self._list = self._read(None)

    def __call__(self) -> StatusList:
        """Return the latest list."""
        stamp = self._stamped()
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self._list = self._read(self._list)
            except (ChainwrightError, OSError) as error:
                told = moment(self._list.issued)
                LOG.warning("The status list of %s stays in use: %s", told, error)
        return self._list

    def _read(self, last: StatusList | None) -> StatusList:
        found = StatusList.read(self.path, self.trust, seen=last)
        if self.seen is not None:
            remember_lists(self.seen, self.trust, found)
        return found

    def _stamped(self) -> tuple[int, int, int]:
        """Return what is another once the file was changed or put in place of another."""
        try:
            found = self.path.stat()
        except OSError:
            return 0, 0, 0
        return found.st_mtime_ns, found.st_size, found.st_ino
