"""Who works out the batches: this process, processes on this machine, or Dask by address."""

import os
import pickle
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from threadpoolctl import threadpool_limits

from chainwright.errors import InfeasibleError, MissingPartError, ParameterError
from chainwright.stress.ensembles.batch_files import BatchFiles, Summaries
from chainwright.stress.ensembles.shipped import ship

__all__ = ["Job", "checked_executor", "work_out"]


class Job(Protocol):
    """Work that is cut into batches by number; it can be pickled."""

    def summaries(self, batch: int) -> Summaries:
        """Return what a batch finds, by name, one row a draw.

        Parameters
        ----------
        batch : int
            Number of the batch, from 0.
        """


def checked_executor(executor: str, workers: int | None) -> None:
    """Refuse an executor that is not known, or that this installation cannot reach.

    Parameters
    ----------
    executor : str
        ``"serial"``, ``"processes"`` or the address of a Dask scheduler, ``"tcp://host:port"``.
    workers : int, optional
        Processes to start.

    Raises
    ------
    ParameterError
        If it is none of these, or `workers` is not a number from 1.
    MissingPartError
        If Dask is asked for and not installed.
    """
    dask = executor.startswith(("tcp://", "tls://"))
    if executor not in {"serial", "processes"} and not dask:
        expected = "'serial', 'processes' or the address of a Dask scheduler ('tcp://host:port')"
        raise ParameterError("executor", "an ensemble", expected, executor)
    if workers is not None and (isinstance(workers, bool) or workers < 1):
        raise ParameterError("workers", "an ensemble", "a number from 1", workers)
    if workers is not None and executor != "processes":
        expected = "left out, unless executor is 'processes'"
        raise ParameterError("workers", "an ensemble", expected, workers)
    if dask and find_spec("distributed") is None:
        raise MissingPartError(
            "Dask", "Install the extra: pip install 'chainwright[dask]'; or executor='processes'."
        )


def work_out(
    job: Job,
    batches: Sequence[int],
    files: BatchFiles,
    *,
    executor: str = "serial",
    workers: int | None = None,
    told: Callable[[int], None],
    cancelled: Callable[[], bool],
) -> None:
    """Work out batches and keep each as a file; every worker has one thread of linear algebra.

    A batch is worked out alike whoever does it, and in whatever order.

    Parameters
    ----------
    job : Job
        What to do.
    batches : sequence of int
        Numbers of the batches that are not there yet.
    files : BatchFiles
        Where they are kept.
    executor : str
        See `checked_executor`.
    workers : int, optional
        Processes to start; as many as this process has cores if not given.
    told : callable
        Called with the number of each batch that is finished.
    cancelled : callable
        Asked before each batch; true ends the work.

    Raises
    ------
    InfeasibleError
        If it was cancelled, or a worker ended without an answer; finished batches stay.
    """
    if executor == "serial":
        _serially(job, batches, files, told, cancelled)
    elif executor == "processes":
        count = min(workers or len(os.sched_getaffinity(0)), max(1, len(batches)))
        _in_processes(job, batches, files, workers=count, told=told, cancelled=cancelled)
    else:
        _by_dask(job, batches, files, address=executor, told=told, cancelled=cancelled)


def _stopped(cancelled: Callable[[], bool]) -> None:
    if cancelled():
        raise InfeasibleError(
            "Cancelled. Finished batches stay in the checkpoint, if there is one."
        )


def _serially(
    job: Job,
    batches: Sequence[int],
    files: BatchFiles,
    told: Callable[[int], None],
    cancelled: Callable[[], bool],
) -> None:
    with threadpool_limits(1, user_api="blas"):
        for batch in batches:
            _stopped(cancelled)
            files.keep(batch, job.summaries(batch))
            told(batch)


def _in_processes(
    job: Job,
    batches: Sequence[int],
    files: BatchFiles,
    *,
    workers: int,
    told: Callable[[int], None],
    cancelled: Callable[[], bool],
) -> None:
    """Feed worker programs batch by batch; the table is on disk once and mapped by all."""
    with tempfile.TemporaryDirectory(prefix="chainwright-") as name:
        folder = Path(name)
        ship(job, folder)
        with _started(workers, folder, files.folder) as running:
            answers: queue.SimpleQueue[tuple[int, str]] = queue.SimpleQueue()
            for number, worker in enumerate(running):
                threading.Thread(target=_heard, args=(number, worker, answers), daemon=True).start()
            left = iter(batches)
            busy = sum(_give(worker, left, cancelled) for worker in running)
            while busy:
                number, answer = answers.get()
                word, _, batch = answer.partition(" ")
                if word != "done":
                    _raise_failure(folder, answer)
                told(int(batch))
                busy += _give(running[number], left, cancelled) - 1
        _stopped(cancelled)


def _give(
    worker: "subprocess.Popen[str]", left: Iterator[int], cancelled: Callable[[], bool]
) -> int:
    """Give a worker the next batch; return 1, or 0 if there is none or the work is cancelled."""
    batch = None if cancelled() else next(left, None)
    if batch is None or worker.stdin is None:
        return 0
    worker.stdin.write(f"{batch}\n")
    worker.stdin.flush()
    return 1


def _heard(
    number: int, worker: "subprocess.Popen[str]", answers: "queue.SimpleQueue[tuple[int, str]]"
) -> None:
    for line in worker.stdout or ():
        answers.put((number, line.strip()))
    answers.put((number, "gone"))


def _raise_failure(folder: Path, answer: str) -> None:
    word, _, batch = answer.partition(" ")
    if word == "failed":
        path = folder / f"failed-{int(batch):06d}.pickle"
        error, trace = pickle.loads(path.read_bytes())  # noqa: S301  # our own worker wrote it
        error.add_note(f"in a worker process:\n{trace}")
        raise error
    raise InfeasibleError(
        "A worker process ended without an answer (killed, or out of memory?). Finished batches "
        "stay in the checkpoint, if there is one: ask again with it, or with fewer workers."
    )


@contextmanager
def _started(workers: int, folder: Path, kept: Path) -> Iterator[list["subprocess.Popen[str]"]]:
    """Start worker programs, and end them: by closing their input, by force after an error."""
    code = (
        "from chainwright.stress.ensembles.worker import main; "
        f"main({str(folder)!r}, {str(kept.resolve())!r})"
    )
    places = [str(Path(__file__).resolve().parents[3]), os.environ.get("PYTHONPATH", "")]
    told = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, places))}
    running: list[subprocess.Popen[str]] = []
    try:
        for _ in range(workers):
            worker = subprocess.Popen(  # noqa: S603  # this very interpreter, our own code
                [sys.executable, "-c", code],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=told,
            )
            running.append(worker)
        yield running
        for worker in running:
            if worker.stdin:
                worker.stdin.close()
            worker.wait()
    finally:
        for worker in running:
            if worker.poll() is None:
                worker.kill()
                worker.wait()
            for pipe in (worker.stdin, worker.stdout):
                if pipe:
                    pipe.close()


def _by_dask(
    job: Job,
    batches: Sequence[int],
    files: BatchFiles,
    *,
    address: str,
    told: Callable[[int], None],
    cancelled: Callable[[], bool],
) -> None:
    """Send the job to every Dask worker once, then numbers of batches; summaries come back."""
    distributed: Any = import_module("distributed")  # an optional extra

    try:
        client = distributed.Client(address, timeout=10, set_as_default=False)
    except OSError as error:
        expected = "the address of a Dask scheduler that answers"
        raise ParameterError("executor", "an ensemble", expected, address) from error
    with client:
        if not client.scheduler_info()["workers"]:
            expected = "the address of a Dask scheduler with workers"
            raise ParameterError("executor", "an ensemble", expected, address)
        held = client.scatter(job, broadcast=True, hash=False)
        tasks = {client.submit(at_dask, held, batch, pure=False): batch for batch in batches}
        for task, found in distributed.as_completed(tasks, with_results=True, loop=client.loop):
            files.keep(tasks[task], found)
            told(tasks[task])
            if cancelled():
                client.cancel(list(tasks))
                break
    _stopped(cancelled)


def at_dask(job: Job, batch: int) -> Summaries:
    """Return what a batch finds, on a Dask worker.

    Parameters
    ----------
    job : Job
        What to do, held by the worker.
    batch : int
        Number of the batch.
    """
    threadpool_limits(1, user_api="blas")  # for good: other tasks of this worker may be running
    return job.summaries(batch)
