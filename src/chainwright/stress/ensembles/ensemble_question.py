"""What was asked of an ensemble, as JSON can say it: origin of the answer, mark of its batches."""

import hashlib
from dataclasses import asdict, fields
from importlib.metadata import version
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from chainwright.stress.ensembles.draw_job import DrawJob
    from chainwright.stress.sectors.economy import Economy

__all__ = ["fingerprint", "question_of"]


def question_of(job: "DrawJob") -> dict[str, object]:
    """Return the parameters of an ensemble.

    Parameters
    ----------
    job : DrawJob
        What was asked.
    """
    model = {spec.name: _said(getattr(job.model, spec.name)) for spec in fields(job.model)}
    ready = [asdict(one) for one in sorted(job.safeguards, key=lambda one: one.name)]
    return {
        "shock": job.shock.to_toml(),
        "uncertain": job.uncertain.to_dict(),
        "model": model,
        "days": job.steps * job.table.economy.step_days,
        "draws": job.draws,
        "seed": job.seed,
        "batch": job.batch,
        "end": job.end,
        "safeguards": [{k: _said(v) for k, v in one.items()} for one in ready],
    }


def fingerprint(job: "DrawJob") -> dict[str, object]:
    """Return the mark of the batches of a question: its parameters and hashes of its numbers.

    Parameters
    ----------
    job : DrawJob
        What was asked.
    """
    shares = "drawn by seed" if job.shares is None else _hash(job.shares)
    return {
        **question_of(job),
        "chainwright": version("chainwright"),
        "numpy": np.__version__,
        "shares": shares,
        "table": _table(job.table.economy),
    }


def _table(economy: "Economy") -> str:
    """Return a hash of the table's codes and numbers, and of capital."""
    codes = "\n".join((*economy.codes, *economy.flows.users.codes)).encode()
    arrays = (economy.Z, economy.M, economy.final, economy.K)
    return _hash(codes, *(array for array in arrays if array is not None))


def _hash(*parts: bytes | npt.NDArray[np.floating]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part if isinstance(part, bytes) else np.ascontiguousarray(part).data)
    return digest.hexdigest()


def _said(value: object) -> object:
    """Return a value as JSON can say it: numbers without end as words."""
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    if isinstance(value, tuple):
        return [_said(one) for one in value]
    if isinstance(value, np.floating):
        return _said(float(value))
    return value
