"""What a brief reads: the files, their hashes, and the systems in them."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from chainwright import sources
from chainwright.errors import ChangedInputError, ParameterError
from chainwright.report.scenarios import Choice, given_shocks
from chainwright.system import Chains, System
from chainwright.system.chains import chain_map

__all__ = ["Beside", "Input", "Years", "read_beside", "read_inputs", "refuse_changed", "years_of"]

Years = int | Sequence[int] | None
"""A year, several, or none where the file holds one table."""

BESIDE = {".npz": ("countries.csv", "industries.csv", "final_demand.csv")}
"""Files that are read along with one of this suffix, from the same folder."""


@dataclass(frozen=True, slots=True)
class Input:
    """A file that was read.

    Parameters
    ----------
    path : str
        As it was given.
    bytes : int
        Its size; 0 for a made-up system.
    sha256 : str
        Its hash; empty for a made-up system, which chainwright's version fixes.
    """

    path: str
    bytes: int
    sha256: str

    def as_dict(self) -> dict[str, object]:
        """Return the input as JSON values."""
        return asdict(self)


def years_of(year: Years) -> tuple[int | None, ...]:
    """Return the years that are asked for, rising; one None where the file holds one table.

    Parameters
    ----------
    year : int or sequence of int, optional
        As a user gives it.
    """
    if year is None:
        return (None,)
    given = (year,) if isinstance(year, int) else tuple(year)
    if not given or any(isinstance(y, bool) or not isinstance(y, int) for y in given):
        raise ParameterError("year", "a brief", "a year or several", year)
    return tuple(sorted(set(given)))


def hashed(path: Path | str, *, given: Path | str | None = None) -> Input:
    """Return the file at `path` with its size and hash.

    Parameters
    ----------
    path : path
        The file.
    given : path, optional
        How it is named; as `path` if not given.
    """
    digest, size = hashlib.sha256(), 0
    with Path(path).open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
            size += len(block)
    return Input(str(given or path), size, digest.hexdigest())


def read_inputs(
    path: Path | str,
    years: Sequence[int | None],
    *,
    currency: str | None,
    fold: bool,
    composite: Sequence[str],
    progress: Callable[[str], None],
) -> tuple[dict[int | None, System], tuple[Input, ...]]:
    """Return the system of each year, and the files that were read for them.

    Parameters
    ----------
    path : path
        A file, a folder with one file a year, or ``demo:country``.
    years : sequence of int or None
        Which years.
    currency : str, optional
        ISO 4217 code of a table that does not say it.
    fold : bool
        Whether parts of a split country become one region.
    composite : sequence of str
        Regions that stand for many countries.
    progress : callable
        Is told in words what is being done.
    """
    systems: dict[int | None, System] = {}
    inputs: dict[str, Input] = {}
    for year in years:
        file = sources.locate(path, year=year)
        if str(file) in inputs and not str(file).endswith(".zip"):
            spoken = ", ".join(map(str, years))
            owner = f"a brief of '{file}', which holds one table,"
            raise ParameterError("year", owner, "one year; several come from a folder", spoken)
        if isinstance(file, Path):
            beside = [file.with_name(name) for name in BESIDE.get(file.suffix, ())]
            for one in (file, *(f for f in beside if f.is_file())):
                inputs.setdefault(str(one), hashed(one))
        else:
            inputs.setdefault(str(file), Input(str(file), 0, ""))
        systems[year] = System.read(
            path,
            year=year,
            currency=currency,
            fold=fold,
            composite=composite,
            progress=progress,
        )
    return systems, tuple(inputs.values())


@dataclass(frozen=True)
class Beside:
    """What is read beside the input-output table.

    Parameters
    ----------
    trade : System, optional
        With trade in products.
    chains : System, optional
        With chain maps.
    shocks : tuple of Choice
        Shocks.
    """

    trade: System | None
    chains: System | None
    shocks: tuple[Choice, ...] = ()


def read_beside(
    trade: str | None,
    chains: Sequence[str],
    shocks: Sequence[str] = (),
    *,
    progress: Callable[[str], None],
) -> tuple[Beside, tuple[Input, ...]]:
    """Return trade, chain maps and shocks, and the files that were read for them.

    Chain maps of ours are fixed by chainwright's version, so they are no input.

    Parameters
    ----------
    trade : str, optional
        A file or folder of trade.
    chains : sequence of str
        Names of chain maps of ours, or folders.
    shocks : sequence of str
        Files of shocks.
    progress : callable
        Is told in words what is being done.
    """
    files: list[Path] = []
    traded = None
    if trade is not None:
        traded = System.read(trade, progress=progress)
        files += _below(Path(trade))
    maps = [chain_map(name) for name in chains]
    files += [file for name in chains if Path(name).is_dir() for file in _below(Path(name))]
    held = System(chains=Chains(*maps)) if maps else None
    given = given_shocks(shocks)
    files += [Path(path) for path in shocks]
    return Beside(traded, held, given), tuple(hashed(file) for file in files)


def _below(path: Path) -> list[Path]:
    """Return a file, or the files of a folder that are no hidden ones."""
    if path.is_file():
        return [path]
    return sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith("."))


def refuse_changed(inputs: Sequence[Mapping[str, object]], folder: Path) -> None:
    """Refuse inputs that are no longer what was read; all of them are named at once.

    Parameters
    ----------
    inputs : sequence of mapping
        The inputs as a manifest has them.
    folder : path
        Where the manifest lies.

    Raises
    ------
    ChangedInputError
        If a file has another hash, or is gone.
    """
    wrong = []
    for row in inputs:
        path, expected = Path(str(row["path"])), str(row["sha256"])
        if not expected:
            continue
        if not path.is_file():
            wrong.append(
                f"  - '{path}' is gone; expected a file of {row['bytes']:,} bytes with sha256 "
                f"{expected}. Put it back there, or run from the folder where the brief was made."
            )
        elif (found := hashed(path).sha256) != expected:
            wrong.append(
                f"  - '{path}' has sha256 {found}, expected {expected}. Put the file back that "
                "was read then, or make a new brief of the present one."
            )
    if wrong:
        count = f"{len(wrong)} of {len(inputs)} input(s)"
        msg = f"The brief in '{folder}' cannot be made again, {count} changed:\n" + "\n".join(wrong)
        raise ChangedInputError(msg)
