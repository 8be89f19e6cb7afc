"""The shape of the source: small modules, more test than program, no name that means two things."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path
from statistics import median

import chainwright

SRC = Path(chainwright.__file__).parent
TESTS = Path(__file__).parents[1]
MODULES = sorted(SRC.rglob("*.py"))
TEST_FILES = sorted(TESTS.rglob("test_*.py"))
TEST_PROGRAM = sorted(TESTS.rglob("*.py"))  # what the tests share counts as test, too


@cache
def text_of(path):
    return path.read_text("utf-8")


BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


def statements(path):
    """Return every statement of a file, those within others too; expressions are not gone into."""
    found = [ast.parse(text_of(path))]
    for node in found:  # it grows on the way
        for block in BLOCKS:
            inner = getattr(node, block, ())
            found += inner if isinstance(inner, list) else ()
    return found


def where(paths, is_wrong):
    """Return the files of which something is wrong, by their names."""
    return [str(path.relative_to(TESTS.parent)) for path in paths if is_wrong(path)]


@cache
def code_lines(path):
    """Return how many lines are code: no blanks, no comments, no docstrings."""
    text = text_of(path)
    docs = {
        line
        for node in statements(path)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for line in range(node.lineno, node.end_lineno + 1)
    }
    return sum(
        bool(line.strip()) and not line.lstrip().startswith("#") and i not in docs
        for i, line in enumerate(text.splitlines(), 1)
    )


def test_no_module_is_longer_than_600_lines():
    assert len(MODULES) > 500
    assert where(MODULES, lambda path: len(text_of(path).splitlines()) > 600) == []


def test_most_modules_are_short():
    sizes = sorted(map(code_lines, MODULES))  # docstrings with equations are never punished
    assert median(sizes) <= 120
    assert sizes[int(0.9 * (len(sizes) - 1))] <= 250


def test_there_is_as_much_test_as_program():
    assert sum(map(code_lines, TEST_PROGRAM)) >= sum(map(code_lines, MODULES))


def test_no_module_is_a_drawer():
    drawers = {"utils", "util", "common", "helpers", "core", "base", "misc", "tools", "shared"}
    ends = ("_functions", "_utils", "_helpers")
    assert where(MODULES, lambda path: path.stem in drawers or path.stem.endswith(ends)) == []


def of_this_package(node, package):
    """Return whether an import takes modules from the package itself, not names from a module."""
    return node.module == ".".join(("chainwright", *package.relative_to(SRC).parts))


def test_no_function_has_the_name_of_a_module():
    named_twice = {}
    for package in sorted({path.parent for path in MODULES}):
        modules = {path.stem for path in package.iterdir() if path.suffix == ".py" or path.is_dir()}
        exported = {
            alias.asname or alias.name
            for node in statements(package / "__init__.py")
            if isinstance(node, ast.ImportFrom) and not of_this_package(node, package)
            for alias in node.names
        }
        if exported & modules:
            named_twice[str(package.relative_to(SRC))] = exported & modules
    assert named_twice == {}


def test_nothing_is_left_undone():
    words = {"TODO", "FIXME", "XXX", "HACK", "NotImplementedError"}
    assert where(MODULES, lambda p: words & set(text_of(p).replace("(", " ").split())) == []


def checks_of(path):
    return [
        node
        for node in statements(path)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


def says(test):
    """Return whether a test says what must be so: an assert, or a call that has the word."""
    body = "\n".join(map(ast.unparse, test.body))
    return any(word in body for word in ("assert", "pytest.raises"))


def skips(path):
    return re.search(r"\.(skip|skipif|xfail|importorskip)\b", text_of(path))  # tests/real.py does


def test_each_test_asserts_and_skips_only_for_missing_data():
    assert where(TEST_FILES, lambda path: not checks_of(path)) == []
    empty = [
        f"{path.name}: {test.name}"
        for path in TEST_FILES
        for test in checks_of(path)
        if not says(test)
    ]
    assert empty == []
    assert where(TEST_FILES, skips) == []


def test_no_test_hides_another_of_the_same_name():
    hidden = [
        f"{path.name}: {name}"
        for path in TEST_FILES
        for node in statements(path)
        if isinstance(node, ast.Module | ast.ClassDef)
        for name, often in Counter(
            n.name for n in node.body if isinstance(n, ast.FunctionDef)
        ).items()
        if often > 1
    ]
    assert hidden == []
