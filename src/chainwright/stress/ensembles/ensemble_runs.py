"""Thousands of draws of a shock: losses with their uncertainty."""

from collections.abc import Callable
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from chainwright.errors import Breach, InfeasibleError, ParameterError, TableError
from chainwright.stress.ensembles.batch_files import BatchFiles, Summaries, spoilt
from chainwright.stress.ensembles.batch_table import BatchTable
from chainwright.stress.ensembles.draw_job import DrawJob, End
from chainwright.stress.ensembles.ensemble import Ensemble
from chainwright.stress.ensembles.ensemble_question import fingerprint
from chainwright.stress.ensembles.executors import checked_executor, work_out
from chainwright.stress.ensembles.uncertainty import Uncertainty
from chainwright.stress.sectors.economy import Economy
from chainwright.stress.sectors.essential_limits import limiting_inputs
from chainwright.stress.sectors.held_safeguards import held_safeguards
from chainwright.stress.sectors.inventory_model import InventoryModel
from chainwright.stress.shocks.sector_hits import sector_blows

if TYPE_CHECKING:
    import numpy.typing as npt

    from chainwright.stress.shocks.shock import Shock
    from chainwright.system import System

__all__ = ["draw_job", "ensemble", "worked_out"]

Progress = Callable[[int, int], None]
"""Called with the draws done and the draws in all."""


def ensemble(
    system: "System",
    shock: "Shock",
    *,
    draws: int = 1000,
    seed: int = 0,
    uncertain: Uncertainty | None = None,
    days: float = 365.0,
    model: InventoryModel | None = None,
    end: End = "pooled",
    executor: str = "serial",
    workers: int | None = None,
    batch: int = 16,
    checkpoint: Path | str | None = None,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Ensemble:
    """Return what a shock costs, draw by draw, where it is not known exactly.

    Each draw is a run of the model with inventories, of full length (it never stops early). Draws
    are cut into batches by their number alone, and every worker has one thread of linear algebra:
    all executors give the same bits on machines with the same processor and numpy. Memory is that
    of one batch for each worker.

    Where stocks are pooled and the table is taken as it is, a batch runs at once, through matrix
    products. With an error of the table, or by origin, the draws of a batch run one by one: about
    five times slower at 1,435 nodes with an error of the table, and much slower by origin.

    Parameters
    ----------
    system : System
        With flows.
    shock : Shock
        What happens, as it is stated.
    draws : int
        How many.
    seed : int
        Of all draws; see `Uncertainty`.
    uncertain : Uncertainty, optional
        What is not known exactly; nothing if not given, and then all draws are one.
    days : float
        Horizon of each run [day].
    model : InventoryModel, optional
        Parameters of the model; its defaults if not given.
    end : str
        ``"pooled"``: any origin of a product replaces any other; ``"by_origin"``: none does. What a
        supply cut does lies between the two, or a few per cent outside the near end: ask both.
    executor : str
        ``"serial"``: this process; ``"processes"``: programs of their own on this machine, which
        share the table; ``"tcp://host:port"``: Dask by the address of its scheduler, which needs
        the extra ``chainwright[dask]`` here and chainwright on its workers.
    workers : int, optional
        Processes to start; as many as this process has cores if not given.
    batch : int
        Draws in a batch; another number is another question, whose last bits may differ.
    checkpoint : path, optional
        Folder of finished batches. Asked again with it, the same question goes on where it ended.
    progress : callable, optional
        Called after each batch with the draws done and in all.
    cancel : callable, optional
        Asked before each batch; true ends the work, and finished batches stay in `checkpoint`.

    Raises
    ------
    ParameterError
        If a number is not in its range, the executor is not known, or Dask does not answer.
    TableError
        If the shock or what is uncertain does not fit the system, or `checkpoint` answers another
        question or holds a damaged file: every difference is named.
    MissingPartError
        If the system has no flows, or Dask is asked for and not installed.
    InfeasibleError
        If it was cancelled, or a run broke off: a stock turned negative.

    Examples
    --------
    >>> from chainwright import System, stress
    >>> china = System.demo("country")
    >>> shut = stress.Shock((stress.Blow("capacity", nodes=china.flows.nodes.codes[7], share=0.5,
    ...                                  days=14),))
    >>> size = stress.UncertainInput(input="size_factor", form="range", low=0.5, high=1.5)
    >>> found = stress.ensemble(china, shut, draws=2, days=5, uncertain=stress.Uncertainty((size,)))
    >>> list(found.tables())[:2]
    ['ensemble', 'ensemble_totals']
    """
    checked_executor(executor, workers)
    job = draw_job(
        system, shock, draws=draws, seed=seed, uncertain=uncertain or Uncertainty(), days=days,
        model=model or InventoryModel(), end=end, batch=batch,
    )  # fmt: skip
    found = worked_out(
        job, executor=executor, workers=workers, checkpoint=checkpoint, progress=progress,
        cancel=cancel,
    )  # fmt: skip
    return Ensemble(system=system, job=job, found=found)


def draw_job(
    system: "System",
    shock: "Shock",
    *,
    draws: int,
    seed: int,
    uncertain: Uncertainty,
    days: float,
    model: InventoryModel,
    end: End,
    batch: int,
    shares: "npt.NDArray[np.float64] | None" = None,
) -> DrawJob:
    """Return the job of an ensemble, after every check.

    Parameters
    ----------
    system : System
        With flows.
    shock : Shock
        As it is stated.
    draws, seed : int
        How many draws, of which seed.
    uncertain : Uncertainty
        What is not known exactly.
    days : float [day]
        Horizon of each run.
    model : InventoryModel
        As it is stated.
    end : str
        Whether origins replace each other.
    batch : int
        Draws in a batch.
    shares : ndarray, shape (draws, inputs), optional
        Where the inputs lie in each draw, 0 to 1; drawn by the seed if not given.
    """
    for name, number, least in (("draws", draws, 1), ("batch", batch, 1), ("seed", seed, 0)):
        if isinstance(number, bool) or not isinstance(number, int | np.integer) or number < least:
            raise ParameterError(name, "an ensemble", f"a whole number from {least}", number)
    if end not in {"pooled", "by_origin"}:
        raise ParameterError("end", "an ensemble", "'pooled' or 'by_origin'", end)
    if not 0.0 < days < np.inf:
        raise ParameterError("days", "an ensemble", "days above zero", days)
    economy = Economy.of(system, model.step_days, capital=model.capital_ratio)
    uncertain.checked(shock)
    steps = max(1, ceil(days / model.step_days))
    ready = tuple(system.safeguards) if "safeguards" in system.has else ()
    sector_blows(
        economy.flows, shock, steps, economy.step_days, capital=economy.K, safeguards=ready
    )
    held_safeguards(economy, ready)  # refused before anything runs
    table = BatchTable(economy, limiting_inputs(economy, model))
    return DrawJob(
        table, shock, model, uncertain, shares, steps, int(draws), int(seed), int(batch), end, ready
    )


def worked_out(
    job: DrawJob,
    *,
    executor: str = "serial",
    workers: int | None = None,
    checkpoint: Path | str | None = None,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Summaries:
    """Return the summaries of all draws, in the order of their numbers.

    Parameters
    ----------
    job : DrawJob
        What to do.
    executor : str
        Who works it out.
    workers : int, optional
        Processes to start.
    checkpoint : path, optional
        Folder of finished batches.
    progress : callable, optional
        Called after each batch.
    cancel : callable, optional
        Asked before each batch.
    """
    if checkpoint is not None:
        files = BatchFiles(checkpoint, fingerprint(job))
        return _from_files(job, files, executor, workers, progress=progress, cancel=cancel)
    with TemporaryDirectory(prefix="chainwright-") as folder:
        files = BatchFiles(folder, {})
        return _from_files(job, files, executor, workers, progress=progress, cancel=cancel)


def _from_files(
    job: DrawJob,
    files: BatchFiles,
    executor: str,
    workers: int | None,
    *,
    progress: Progress | None,
    cancel: Callable[[], bool] | None,
) -> Summaries:
    """Work out the batches that are not there yet, then read all."""
    left = [batch for batch in job.batches if not files.has(batch)]
    _whole(job, files, sorted(set(job.batches) - set(left)))
    done = job.draws - sum(len(job.of_batch(batch)) for batch in left)

    def told(batch: int) -> None:
        nonlocal done
        done += len(job.of_batch(batch))
        if progress is not None:
            progress(done, job.draws)

    if progress is not None and done:
        progress(done, job.draws)
    try:
        work_out(
            job, left, files, executor=executor, workers=workers, told=told,
            cancelled=cancel or (lambda: False),
        )  # fmt: skip
    except InfeasibleError as error:
        error.add_note(f"{done:,} of {job.draws:,} draws were finished.")
        raise
    parts = [files.read(batch) for batch in job.batches]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _whole(job: DrawJob, files: BatchFiles, kept: list[int]) -> None:
    """Refuse finished batches that are damaged or hold other draws, all at once."""
    wrong: list[Breach] = []
    for batch in kept:
        try:
            draws = files.read(batch)["draw"].tolist()
        except TableError as damaged:
            wrong += damaged.breaches
            continue
        except KeyError:
            draws = []
        if draws != list(job.of_batch(batch)):
            wrong.append(spoilt(files.path(batch), f"the draws {draws}"))
    if wrong:
        raise TableError(f"The checkpoint '{files.folder}'", wrong)
