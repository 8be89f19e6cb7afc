"""Reference pages made from the program itself, before each build, so that they cannot be old.

api-*.rst from the docstrings, cli.md from the live help, schema.md from the schema files, facts.md
and glossary.md from the fact tables, formats.md from the readers, errors.md from their tree.
"""

import importlib
import importlib.util
import inspect
import os
import pkgutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import get_origin

from sphinx.pycode import ModuleAnalyzer

import chainwright
from chainwright import errors, params, tables
from chainwright.sources.recognise import FORMATS

SHOWN_WHOLE = 80
"""Rows up to which a fact table is shown whole."""


def modules():
    """Return every public module of ours by dotted name, packages before what they hold."""
    names = sorted(m.name for m in pkgutil.walk_packages(chainwright.__path__, "chainwright."))
    public = [n for n in names if not any(part.startswith("_") for part in n.split("."))]
    return {name: importlib.import_module(name) for name in public}


def names_of(module):
    """Return the public names that a module offers: its ``__all__``, or what it defines."""
    if hasattr(module, "__all__"):
        return [n for n in module.__all__ if not inspect.ismodule(getattr(module, n))]
    return [
        n
        for n, thing in vars(module).items()
        if not n.startswith("_") and getattr(thing, "__module__", "") == module.__name__
    ]


def entry(name, attribute, thing):
    """Return the directive that documents one public name."""
    if get_origin(thing) is None and inspect.isclass(thing):
        kind = "autoexception" if issubclass(thing, Exception) else "autoclass"
        return f".. {kind}:: {name}.{attribute}\n\n"
    if inspect.isroutine(thing) or hasattr(thing, "__wrapped__"):
        return f".. autofunction:: {name}.{attribute}\n\n"
    # A constant or an alias of a type: its words stand below it in the source that defines it.
    defining = [m for m in sorted(sys.modules) if f"{m}.".startswith(f"{name}.")]
    documented = [ModuleAnalyzer.for_module(m).find_attr_docs() for m in defining]
    words = next((d["", attribute] for d in documented if ("", attribute) in d), [])
    text = "\n".join(f"   {word}" for word in words)
    return f".. py:data:: {name}.{attribute}\n\n{text}\n\n"


def api(folder):
    """Write one page a top-level module: each public name once, where users import it."""
    found, told, pages = modules(), set(), {}
    for name, module in found.items():
        top = name.split(".")[1]
        text = [f".. automodule:: {name}\n   :no-members:\n\n"]
        for attribute in names_of(module):
            thing = getattr(module, attribute)
            if id(thing) in told:
                continue
            told.add(id(thing))
            text.append(entry(name, attribute, thing))
        if len(text) > 1 or name.count(".") == 1:
            pages.setdefault(top, []).append(heading(name, 0 if name.count(".") == 1 else 1))
            pages[top] += text
    for top, text in pages.items():
        write(folder / f"api-{top}.rst", "".join(text))


def heading(title, level):
    """Return a reStructuredText heading."""
    return f"\n{title}\n{'=-'[level] * len(title)}\n\n"


def cell(text):
    """Return text that a cell of a Markdown table can hold."""
    return str(text).replace("|", "\\|").replace("\n", " ").replace("<", "&lt;") or " "


def grid(head, rows):
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *[[cell(c) for c in row] for row in rows]]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def schema(folder):
    """Write what each column of each table means, from the schema files."""
    parts = [
        "# Tables\n\nColumn names are part of the interface. Unit `money` is the money of the "
        "system (currency, year and unit as the file says), `share` runs from 0 to 1, `1` is a "
        "pure number. Missing is an empty cell. `chainwright schema TABLE` prints the same.\n"
    ]
    for name in tables.schemas():
        kind = "given by you" if name in tables.INPUTS else "handed out"
        rows = [
            (
                f"`{c.column}`",
                c.type,
                c.unit,
                f"{c.name_en} · {c.name_zh}",
                f"{c.description_en} · {c.description_zh}",
                c.source,
            )
            for c in tables.schema(name)
        ]
        head = ["column", "type", "unit", "heading", "meaning", "source"]
        parts.append(f"\n## {name}\n\nA table {kind}.\n\n{grid(head, rows)}")
    write(folder / "schema.md", "".join(parts))


def formats(folder):
    """Write which formats are recognised and how, from the readers."""
    write(
        folder / "formats.md",
        "# Formats\n\nA path is one file, or a folder with one file a year. The format is told "
        "from the file itself, never from its name; `chainwright check` says what it was taken "
        "for.\n\n"
        + grid(["format", "told by"], [(known.name, known.layout) for known in FORMATS])
        + "\n`System.from_pymrio(io)` takes over a system that pymrio holds, and "
        "`System.from_table(frame)` a long table in memory.\n",
    )


def facts(folder):
    """Write the fact tables of ours: lists, assumptions and their sources."""
    parts = [
        "# Facts and assumptions\n\nSmall tables that ship with the package, each row with its "
        "source. An assumption of ours says so in that column.\n"
    ]
    for name in (n for n in params.fact_tables() if n != "glossary"):
        rows = params.table(name)
        head = list(rows[0])
        parts.append(f"\n## {name}\n\n{len(rows)} rows.\n\n")
        if len(rows) <= SHOWN_WHOLE:
            parts.append(grid(head, [row.values() for row in rows]))
        else:
            kinds = Counter(row[head[0]] for row in rows)
            parts.append(grid([head[0], "rows"], kinds.items()))
    write(folder / "facts.md", "".join(parts))


def tree(folder):
    """Write the tree of errors with exit codes."""
    classes = [getattr(errors, n) for n in errors.__all__]
    classes = [c for c in classes if inspect.isclass(c) and issubclass(c, Exception)]
    rows = [
        (f"`{c.__name__}`", inspect.getdoc(c).splitlines()[0], c.exit_code, c.status)
        for c in classes
    ]
    write(
        folder / "errors.md",
        f"# Errors\n\n```text\n{inspect.cleandoc(errors.__doc__)}\n```\n\n"
        "The command line prints the message without traceback.\n\n"
        + grid(["error", "meaning", "exit code", "HTTP status"], rows),
    )


def told(*words):
    """Return what the command line prints, 88 columns wide and without colours."""
    here = str(Path(chainwright.__file__).parents[1])
    asked = {"COLUMNS": "88", "NO_COLOR": "1", "TERM": "dumb", "PYTHONPATH": here}
    line = [sys.executable, "-c", "from chainwright.cli import main; main()", *words]
    env = {**os.environ, **asked}
    ran = subprocess.run(line, capture_output=True, text=True, check=True, env=env)  # noqa: S603
    return "\n".join(row.rstrip() for row in ran.stdout.strip("\n").splitlines())


def cli(folder):
    """Write the help of every command, as the command line prints it."""
    app = importlib.import_module("chainwright.cli").app
    parts = [f"# Command line\n\n```text\n{told('--help')}\n```\n"]
    for command in sorted(c for c in app if not c.startswith("-")):
        help_text = told(command, "--help").replace("Usage: -c ", "Usage: chainwright ")
        parts.append(f"\n## {command}\n\n```text\n{help_text}\n```\n")
    write(folder / "cli.md", "".join(parts).replace("Usage: -c ", "Usage: chainwright "))


def glossary(folder):
    """Write the glossary in two languages, from its fact table."""
    shown = [
        (r["term_en"], r["term_zh"], f"{r['meaning_en']} · {r['meaning_zh']}", f"`{r['where']}`")
        for r in sorted(params.table("glossary"), key=lambda row: row["term_en"].casefold())
    ]
    write(
        folder / "glossary.md",
        "# Glossary · 术语表\n\nOne word a concept; a test checks that each name in the code "
        "exists.\n\n" + grid(["term", "中文", "meaning · 含义", "in the code"], shown),
    )


def write(path, text):
    """Write a page only if it changed, so that a second build is short."""
    if not path.exists() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")


def make(app):
    """Write all pages and remove those of modules that are gone."""
    folder = Path(app.srcdir) / "reference" / "generated"
    folder.mkdir(parents=True, exist_ok=True)
    for page in folder.glob("api-*.rst"):
        if importlib.util.find_spec(f"chainwright.{page.stem.removeprefix('api-')}") is None:
            page.unlink()
    for part in (api, schema, formats, facts, tree, cli, glossary):
        part(folder)


def skip(app, what, name, thing, skipped, options):  # noqa: PLR0917 - as Sphinx calls it
    """Leave out members that another package put into a class of ours."""
    foreign = getattr(thing, "__module__", None) or "chainwright"
    return True if inspect.isroutine(thing) and not foreign.startswith("chainwright") else None


def setup(app):
    """Make the pages at the beginning of every build."""
    app.connect("autodoc-skip-member", skip)
    app.connect("builder-inited", make)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
