"""All that is public is documented, and what the documents say is so."""

import inspect
import pkgutil
import re
from dataclasses import fields
from importlib import import_module
from typing import Protocol

import pytest

import chainwright
from chainwright import errors
from chainwright.params import Spec
from chainwright.system import Result
from chainwright.tables import INPUTS, schema, schemas

MODULES = [
    import_module(m.name) for m in pkgutil.walk_packages(chainwright.__path__, "chainwright.")
]


def public():
    """Return every public class, function and method of ours, once: what ``__all__`` lists."""
    found = {}
    for module in MODULES:
        if module.__name__.rpartition(".")[2].startswith("_"):
            continue
        for name in getattr(module, "__all__", [n for n in vars(module) if n[0] != "_"]):
            thing = getattr(module, name)
            ours = getattr(thing, "__module__", "") == module.__name__
            if ours and (inspect.isclass(thing) or inspect.isroutine(thing)):
                found[f"{module.__name__}.{name}"] = thing
                found |= {
                    f"{module.__name__}.{name}.{member}": function
                    for member, function in members(thing).items()
                }
    return found


def members(thing):
    """Return the public methods and properties of a class, as plain functions."""
    if not inspect.isclass(thing):
        return {}
    wrapped = {
        "classmethod": "__func__",
        "staticmethod": "__func__",
        "property": "fget",
        "cached_property": "func",
    }
    arrays = set(getattr(thing, "__dataclass_fields__", ()))  # a default may be a function
    plain = {
        name: getattr(member, wrapped.get(type(member).__name__, ""), member)
        for name, member in vars(thing).items()
        if not name.startswith("_") and name not in arrays
    }
    return {
        name: member
        for name, member in plain.items()
        if inspect.isfunction(member) and member.__module__ == thing.__module__
    }


PUBLIC = public()


def subclasses(cls):
    """Return every class of ours below `cls`, at any depth."""
    below = {deep for child in cls.__subclasses__() for deep in (child, *subclasses(child))}
    return sorted((c for c in below if c.__module__.startswith("chainwright.")), key=str)


def section(docstring, title):
    """Return the lines of a numpydoc section that are not indented."""
    parts = re.split(rf"\n{title}\n-+\n", inspect.cleandoc(docstring))
    if len(parts) < 2:
        return []
    body = re.split(r"\n\n?\w+\n-{3,}\n", parts[1])[0]
    return [line for line in body.splitlines() if line and not line.startswith(" ")]


def documented(docstring):
    """Return the parameters that a docstring lists, in its order."""
    names = ", ".join(line.partition(" :")[0] for line in section(docstring, "Parameters"))
    return [name.lstrip("*") for name in names.split(", ") if name]


def test_there_is_something_to_check():
    assert len(PUBLIC) > 50
    assert len(subclasses(Result)) > 10


def test_each_public_name_has_a_docstring():
    assert [name for name, thing in PUBLIC.items() if not inspect.getdoc(thing)] == []


NO_PARAMETERS = (Exception, Protocol)
"""Errors are described by the tree that they are drawn in; a protocol is never called."""


def test_each_parameter_is_documented():
    answers = set(subclasses(Result))
    untold = {}
    for name, thing in PUBLIC.items():
        if inspect.isclass(thing) and issubclass(thing, NO_PARAMETERS):
            continue
        docstring = thing.__doc__ or inspect.getdoc(thing)
        taken = inspect.signature(thing).parameters
        taken = [p for p in taken if p not in {"self", "cls"} and not p.startswith("_")]
        told = documented(docstring)
        if thing in answers:  # what every answer keeps is told once, by Result
            told = [n for n in taken if n == "system"] + [n for n in told if n != "system"]
        named_in_the_first_line = all(f"`{p}`" in docstring.splitlines()[0] for p in taken)
        if told != taken and not named_in_the_first_line:
            untold[name] = {"taken": taken, "told": told}
    assert untold == {}


def test_each_module_says_what_it_is_for_and_lists_its_names_truly():
    assert [module.__name__ for module in MODULES if not module.__doc__] == []
    listed = [(module, name) for module in MODULES for name in getattr(module, "__all__", [])]
    assert [f"{m.__name__}.{name}" for m, name in listed if not hasattr(m, name)] == []


@pytest.mark.parametrize("spec", subclasses(Spec), ids=lambda spec: spec.__name__)
def test_each_parameter_of_a_spec_declares_unit_range_and_source(spec):
    numbers = [field for field in fields(spec) if field.metadata or field.type is float]
    assert numbers  # the others are choices by name, which their class checks
    for field in numbers:
        assert field.metadata["unit"]
        assert field.metadata["low"] < field.metadata["high"]
        assert field.metadata["source"]


@pytest.mark.parametrize("table", schemas())
def test_each_column_says_in_both_languages_what_it_is_and_who_says_so(table):
    columns = schema(table)
    assert columns
    assert len({c.column for c in columns}) == len(columns)
    for column in columns:
        assert re.fullmatch("[a-z][a-z0-9_]*", column.column)
        assert column.type in {"string", "float", "integer", "boolean"}
        assert column.name_en
        assert re.search(r"[\u4e00-\u9fff]", column.name_zh), column.column
        assert column.description_en
        assert re.search(r"[\u4e00-\u9fff]", column.description_zh), column.column
        assert column.source
        if column.type in {"string", "boolean"}:
            assert not column.unit, column.column
        else:
            assert column.unit, column.column


@pytest.mark.parametrize("result", subclasses(Result), ids=lambda result: result.__name__)
def test_each_answer_has_a_schema(result):
    assert result.name in schemas()
    assert result.name not in INPUTS


def test_each_schema_is_of_a_table_that_some_code_names():
    source = "\n".join(inspect.getsource(module) for module in MODULES)
    unnamed = [name for name in schemas() if f'"{name}"' not in source]
    assert not unnamed


def drawn():
    """Return what the docstring of `errors` draws: name, parent's depth, builtin, meaning."""
    lines = [line for line in errors.__doc__.splitlines() if re.match("[├└]── ", line)]
    return {line[4:].split()[0]: line.split()[-1] for line in lines}


def test_the_tree_of_errors_is_drawn_as_it_grows():
    grown = {c.__name__ for c in subclasses(errors.ChainwrightError)}
    assert set(drawn()) == grown
    for name, builtin in drawn().items():
        bases = {base.__name__ for base in getattr(errors, name).__mro__}
        assert builtin in bases, name
    assert grown <= set(errors.__all__)
