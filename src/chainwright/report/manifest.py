"""The manifest of a brief: what it takes to make it again, and the files that it is made of."""

import hashlib
import json
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_info

from chainwright.errors import FormatError, MissingFileError
from chainwright.report.inputs import Input
from chainwright.report.staging import MANIFEST

__all__ = ["Manifest", "file_rows", "read_manifest", "threads"]

LIBRARIES = (
    "numpy",
    "scipy",
    "pandas",
    "pyarrow",
    "highspy",
    "openpyxl",
    "matplotlib",
    "jinja2",
)
"""Libraries that numbers or files pass through."""

OF_TABLE = ("home", "nation", "currency", "fold", "composite", "years", "lang")
OF_MAKER = ("parts", "by", "outages", "gaps", "currency", "lang")
"""What a question holds: of a table, and of a maker's chain."""

NEEDED = ("chainwright", "path", "question", "inputs", "threads", "files")


def threads() -> int:
    """Return in how many threads the linear algebra runs; takes no parameters."""
    counts = [int(pool["num_threads"]) for pool in threadpool_info() if pool["user_api"] == "blas"]
    return max(counts, default=1)


def file_rows(folder: Path) -> list[dict[str, object]]:
    """Return name, size and hash of every file in `folder` and below."""
    rows = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        data = path.read_bytes()
        rows.append(
            {
                "file": path.relative_to(folder).as_posix(),
                "bytes": len(data),
                "sha256": hashlib.sha256(data).hexdigest(),
            }
        )
    return rows


@dataclass(frozen=True)
class Manifest:
    """What it takes to make a brief again.

    Parameters
    ----------
    path : str, optional
        What was read, as it was given; None for tables given in memory.
    question : mapping
        Home, nation, years, language and how the table was read.
    parameters : mapping
        Parameters of each answer, by table.
    inputs : sequence of mapping
        Files that were read: path as given, bytes, sha256.
    files : sequence of mapping
        Files that were made: name, bytes, sha256.
    versions : mapping
        Of chainwright, Python, the machine and the libraries.
    threads : int
        Of the linear algebra.
    made : str
        Day on which the brief was made; only the page shows it.
    """

    path: str | None
    question: Mapping[str, Any]
    parameters: Mapping[str, Any]
    inputs: Sequence[Mapping[str, Any]]
    files: Sequence[Mapping[str, Any]]
    versions: Mapping[str, Any]
    threads: int
    made: str

    @classmethod
    def of(
        cls,
        folder: Path,
        *,
        path: str | None,
        question: Mapping[str, Any],
        parameters: Mapping[str, Any],
        inputs: Sequence[Input],
        made: str,
    ) -> "Manifest":
        """Return the manifest of the files in a folder.

        Parameters
        ----------
        folder : path
            Where the files lie.
        path, question, parameters
            As for the class.
        inputs : sequence of Input
            What was read.
        made : str
            Day on which the brief was made.
        """
        return cls(
            path=path,
            question=question,
            parameters=parameters,
            inputs=[i.as_dict() for i in inputs],
            files=file_rows(folder),
            versions=versions(),
            threads=threads(),
            made=made,
        )

    def text(self) -> str:
        """Return the manifest as JSON."""
        note = {
            "chainwright": self.versions["chainwright"],
            "made": self.made,
            "path": self.path,
            "question": dict(self.question),
            "parameters": dict(self.parameters),
            "inputs": [dict(row) for row in self.inputs],
            "versions": dict(self.versions),
            "threads": self.threads,
            "files": [dict(row) for row in self.files],
        }
        return json.dumps(note, ensure_ascii=False, indent=1, default=str) + "\n"


def versions() -> dict[str, Any]:
    """Return the versions of all that numbers pass through; takes no parameters."""
    return {
        "chainwright": version("chainwright"),
        "python": platform.python_version(),
        "machine": f"{sys.platform}-{platform.machine()}",
        "blas": sorted(
            {
                " ".join(
                    str(pool.get(key, "")) for key in ("internal_api", "version", "architecture")
                ).strip()
                for pool in threadpool_info()
                if pool["user_api"] == "blas"
            }
        ),
        **{name: version(name) for name in LIBRARIES},
    }


def _damaged(note: Mapping[str, Any]) -> list[str]:
    """Return which parts of a manifest are not as `Manifest.text` writes them."""
    question = note["question"]
    of_maker = isinstance(question, dict) and question.get("of") == "maker"
    asked = OF_MAKER if of_maker else OF_TABLE
    told = [
        f"{part} of its question"
        for part in asked
        if not isinstance(question, dict) or part not in question
    ]
    for part, keys in (("inputs", ("path", "bytes", "sha256")), ("files", ("file", "sha256"))):
        rows = note[part]
        if not isinstance(rows, list) or any(
            not isinstance(row, dict) or not set(keys) <= set(row) for row in rows
        ):
            told.append(f"{' and '.join(keys)} of its {part}")
    if not isinstance(note["threads"], int):
        told.append("a number of threads")
    return told


def read_manifest(path: Path | str) -> Manifest:
    """Return the manifest in a file, or in a folder that holds one.

    Parameters
    ----------
    path : path
        A ``manifest.json``, or the folder of a brief.

    Raises
    ------
    MissingFileError
        If there is none.
    FormatError
        If the file is no manifest of a brief.
    """
    file = Path(path)
    if file.is_dir():
        file = file / MANIFEST
    if not file.is_file():
        msg = f"There is no manifest '{file}'. Give the {MANIFEST} that lies beside a brief."
        raise MissingFileError(msg)
    try:
        note = json.loads(file.read_text(encoding="utf-8"))
        lacking = [key for key in NEEDED if key not in note] or _damaged(note)
    except (UnicodeDecodeError, ValueError, TypeError):
        note, lacking = {}, list(NEEDED)
    if lacking or not isinstance(note, dict):
        msg = (
            f"'{file}' is no manifest of a brief: it lacks {', '.join(lacking)}. "
            f"Give the {MANIFEST} that lies beside a brief."
        )
        raise FormatError(msg)
    return Manifest(
        path=note["path"],
        question=note["question"],
        parameters=note.get("parameters", {}),
        inputs=note["inputs"],
        files=note["files"],
        versions=note.get("versions", {}),
        threads=int(note["threads"]),
        made=str(note.get("made", "")),
    )
