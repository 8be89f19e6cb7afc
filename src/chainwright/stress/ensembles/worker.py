"""A worker: reads numbers of batches, one a line, works them out, keeps each as a file.

It is started as a program of its own, so it never imports the caller's script again, whether that
is guarded by ``if __name__ == "__main__"`` or not, and it ends with its caller: its input closes.
"""

import pickle
import sys
import traceback
from pathlib import Path

from threadpoolctl import threadpool_limits

from chainwright.stress.ensembles.batch_files import keep
from chainwright.stress.ensembles.shipped import open_shipped

__all__ = ["main"]


def main(shipped: str, kept: str) -> None:
    """Work out batches until there are no more: answers ``done N`` or ``failed N`` by line.

    Parameters
    ----------
    shipped : str
        Folder of the job.
    kept : str
        Folder of finished batches.
    """
    answers = sys.stdout
    sys.stdout = sys.stderr  # nothing else may speak to the caller
    threadpool_limits(1, user_api="blas")
    job = open_shipped(Path(shipped))
    for line in sys.stdin:
        batch = int(line)
        try:
            keep(Path(kept) / f"batch-{batch:06d}.npz", job.summaries(batch))
        except Exception as error:  # told to the caller, who raises it
            told = Path(shipped) / f"failed-{batch:06d}.pickle"
            told.write_bytes(pickle.dumps((error, traceback.format_exc())))
            print(f"failed {batch}", file=answers, flush=True)  # the answer
        else:
            print(f"done {batch}", file=answers, flush=True)
