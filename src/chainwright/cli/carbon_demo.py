"""The command that makes a whole city up: tables, accounts, codes, keys and a store."""

import shutil
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from chainwright.cli.carbon import carbon
from chainwright.cli.options import quiet, tell
from chainwright.errors import MissingFileError, ParameterError

if TYPE_CHECKING:
    from chainwright.carbon import Rating, SaltKey, SigningKey

__all__ = ["demo"]

ISSUER = "Demo bureau"
"""Whose name the codes bear; no office."""

ISSUED = datetime(2026, 11, 1, 0, 0, tzinfo=UTC)
"""When the codes are issued: the day after the last month of the made-up city."""

ASKED = date(2026, 12, 1)
"""A day on which the codes are valid; they expire in February 2027 as any of their month would."""

TRUSTED = date(2026, 1, 1), date(2028, 12, 31)
"""First and last day on which the key of the demo may sign."""


@carbon.command
def demo(
    *,
    output: Annotated[Path, Parameter(name=["--output", "-o"])],
    firms: int = 3800,
    months: int = 36,
    seed: int = 7,
    codes: int = 3,
    advice: int = 50,
    method: str = "zj-2021",
) -> None:
    """Make a city up: firms, readings, a store with codes, keys and a trust list, in a folder.

    None of its numbers is a fact and none of its codes is official. The folder holds
    firms.parquet, readings.parquet, city.db, trust.json, key.public.json and, for their owner
    alone, key.json and key.json.salt.

    Parameters
    ----------
    output
        Folder to make; it must not be there, nor lie in a work tree of git.
    firms
        Number of firms.
    months
        Number of months; the last is October 2026.
    seed
        The same seed gives the same city.
    codes
        Months whose codes are issued, from the last one back.
    advice
        Firms whose pages say what to do next: the first ones by code.
    method
        zj-2021, zj-2021-loo, or the path of a method file (.toml).
    """
    if output.exists():
        raise ParameterError("output", "carbon demo", "a folder that is not there yet", output)
    if not output.parent.is_dir():
        raise MissingFileError(f"There is no folder '{output.parent}' to make '{output.name}' in.")
    if not 1 <= codes <= months:
        raise ParameterError("codes", "carbon demo", f"from 1 to {months}, the months", codes)
    work = Path(tempfile.mkdtemp(dir=output.parent, prefix=f".{output.name}."))
    try:
        size = {"firms": firms, "months": months}
        kept = _made(work, size, seed=seed, codes=codes, advice=max(advice, 0), method=method)
        work.chmod(0o755)
        work.rename(output)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    _told(output, kept)


def _made(
    folder: Path, size: dict[str, int], *, seed: int, codes: int, advice: int, method: str
) -> tuple[str, str, int]:
    """Fill a folder; return a firm, a month and the number of codes."""
    from chainwright import carbon as green  # noqa: PLC0415 - `chainwright --help` loads no pandas
    from chainwright.carbon.ratings.rating import method_of  # noqa: PLC0415
    from chainwright.system import System, write_readings  # noqa: PLC0415
    from chainwright.tables import write  # noqa: PLC0415

    chosen = method_of(method)
    key = green.SigningKey.create(folder / "key.json", issuer=ISSUER)
    salt = green.SaltKey.create(folder / "key.json.salt")
    key.public.save(folder / "key.public.json")
    first, last = TRUSTED
    trust = green.TrustList.of(
        [key],
        valid_from=first,
        valid_to=last,
        name_en=f"{ISSUER} (made up)",
        name_zh="示例机构（虚构）",
    )
    trust.save(folder / "trust.json", key)
    quiet(f"making {size['firms']:,} firms up")
    system = System.demo("city", seed=seed, **size)
    origin = system.firms.origin.as_dict()
    write(system.firms.table, folder / "firms.parquet", units={}, origin=origin)
    write_readings(system.readings, folder / "readings.parquet")
    rating = green.rate(green.account(system, progress=quiet), method=chosen)
    asked = rating.firms[:advice]
    kept = _store(folder / "city.db", rating, (key, salt), (rating.periods[-codes:], asked))
    return rating.firms[0], rating.periods[-1], kept


def _store(
    path: Path,
    rating: "Rating",
    keys: "tuple[SigningKey, SaltKey]",
    asked: tuple[tuple[str, ...], tuple[str, ...]],
) -> int:
    """Put registry, readings and codes of some months into a new store, some firms with advice."""
    from chainwright.carbon.cities.code_register import (  # noqa: PLC0415
        measures_by_firm,
        register_codes,
    )
    from chainwright.records import Store  # noqa: PLC0415 - an extra
    from chainwright.system import arrow_readings  # noqa: PLC0415

    system, (months, advised) = rating.system, asked
    with Store.create(path, clock=lambda: ISSUED) as store:
        quiet("putting firms and readings into the store")
        store.put_firms(system.firms.table, by=ISSUER)
        store.add_readings(
            arrow_readings(system.readings), by=ISSUER, file="readings.parquet", note="made up"
        )
        quiet(f"signing codes of {', '.join(months)}")
        told = {months[-1]: measures_by_firm(rating, advised)}
        return sum(
            register_codes(
                store,
                rating,
                *keys,
                by=ISSUER,
                months=[month],
                issued=ISSUED,
                measures=told.get(month),
                progress=quiet,
            )
            for month in months
        )


def _told(output: Path, kept: tuple[str, str, int]) -> None:
    """Say what is there and what to try next."""
    firm, month, codes = kept
    tell(f"{output}: a city that is made up, with {codes:,} codes up to {month}. None is official.")
    lists = f"--trust {output / 'trust.json'} --root {output / 'key.public.json'}"
    held = f"{output / 'city.db'} --firm {firm}"
    tell(f"chainwright carbon code show {held}")
    tell(f"chainwright carbon code verify {held} {lists} --at {ASKED}")
    tell(f"chainwright carbon city {output}")
    tell(f"chainwright serve {output / 'city.db'} {lists}")
