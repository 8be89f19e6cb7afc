"""The shape of the source: small modules, more test than program, no name that means two things."""

import ast
from pathlib import Path
from statistics import median

import pytest

import chainwright

SRC = Path(chainwright.__file__).parent
TESTS = Path(__file__).parents[1]
MODULES = sorted(SRC.rglob("*.py"))
TEST_FILES = sorted(TESTS.rglob("test_*.py"))
TEST_PROGRAM = sorted(TESTS.rglob("*.py"))  # what the tests share counts as test, too


def lines(path):
    return len(path.read_text("utf-8").splitlines())


def code_lines(path):
    """Return how many lines are code: no blanks, no comments, no docstrings."""
    text = path.read_text("utf-8")
    docs = {
        line
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for line in range(node.lineno, node.end_lineno + 1)
    }
    return sum(
        bool(line.strip()) and not line.lstrip().startswith("#") and i not in docs
        for i, line in enumerate(text.splitlines(), 1)
    )


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SRC)))
def test_no_module_is_longer_than_600_lines(path):
    assert lines(path) <= 600


def test_most_modules_are_short():
    sizes = sorted(map(code_lines, MODULES))  # docstrings with equations are never punished
    assert median(sizes) <= 120
    assert sizes[int(0.9 * (len(sizes) - 1))] <= 250


def test_there_is_as_much_test_as_program():
    assert sum(map(code_lines, TEST_PROGRAM)) >= sum(map(code_lines, MODULES))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SRC)))
def test_no_module_is_a_drawer(path):
    drawers = {"utils", "util", "common", "helpers", "core", "base", "misc", "tools", "shared"}
    assert path.stem not in drawers
    assert not path.stem.endswith(("_functions", "_utils", "_helpers"))


def of_this_package(node, package):
    """Return whether an import takes modules from the package itself, not names from a module."""
    return node.module == ".".join(("chainwright", *package.relative_to(SRC).parts))


@pytest.mark.parametrize(
    "package", sorted({p.parent for p in MODULES}), ids=lambda p: str(p.relative_to(SRC))
)
def test_no_function_has_the_name_of_a_module(package):
    modules = {path.stem for path in package.iterdir() if path.suffix == ".py" or path.is_dir()}
    exported = {
        alias.asname or alias.name
        for node in ast.walk(ast.parse((package / "__init__.py").read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and not of_this_package(node, package)
        for alias in node.names
    }
    assert not exported & modules


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SRC)))
def test_nothing_is_left_undone(path):
    words = path.read_text("utf-8").replace("(", " ").split()
    assert not {"TODO", "FIXME", "XXX", "HACK", "NotImplementedError"} & set(words)


@pytest.mark.parametrize("path", TEST_FILES, ids=lambda path: str(path.relative_to(TESTS)))
def test_each_test_asserts_and_skips_only_for_missing_data(path):
    tree = ast.parse(path.read_text("utf-8"))
    tests = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    assert tests
    for test in tests:
        body = "\n".join(map(ast.unparse, test.body))
        assert any(word in body for word in ("assert", "pytest.raises")), test.name
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not names & {"skip", "skipif", "xfail", "importorskip"}  # tests/real.py does that


@pytest.mark.parametrize("path", TEST_FILES, ids=lambda path: str(path.relative_to(TESTS)))
def test_no_test_hides_another_of_the_same_name(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef):
            names = [n.name for n in node.body if isinstance(n, ast.FunctionDef)]
            assert len(names) == len(set(names))
