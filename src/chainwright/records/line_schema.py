"""The published schema of an incident log, and what in a line breaks it."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["incident_log_schema", "line_faults"]

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
}


@cache
def incident_log_schema() -> Mapping[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a line of an incident log.

    Examples
    --------
    >>> [option["$ref"] for option in incident_log_schema()["oneOf"]][:2]
    ['#/$defs/opened', '#/$defs/potential']
    """
    place = files("chainwright").joinpath("schema/incident_log.schema.json")
    held: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    return held


def line_faults(value: object) -> list[tuple[str, str, str]]:
    """Return what in a line breaks the schema: member, what was found, what was expected.

    Parameters
    ----------
    value : object
        A line as JSON holds it.

    Examples
    --------
    >>> line_faults({"kind": "closed"})[0][2][:24]
    'one of opened, potential'
    """
    root = incident_log_schema()
    kinds = [option["$ref"].rsplit("/", 1)[1] for option in root["oneOf"]]
    if not isinstance(value, dict):
        return [("line", _short(value), "an object")]
    kind = value.get("kind")
    if kind not in kinds:
        return [("kind", _short(kind), f"one of {', '.join(kinds)}")]
    return list(_faults(value, root["$defs"][kind], ""))


def _faults(value: object, rule: Mapping[str, Any], where: str) -> Iterator[tuple[str, str, str]]:
    """Yield faults of a value; only the keywords that the schema uses are known."""
    if "$ref" in rule:
        name = rule["$ref"].rsplit("/", 1)[1]
        yield from _faults(value, incident_log_schema()["$defs"][name], where)
        return
    found = _short(value)
    if "const" in rule and value != rule["const"]:
        yield where, found, repr(rule["const"])
    if "enum" in rule and value not in rule["enum"]:
        yield where, found, f"one of {', '.join(rule['enum'])}"
    kind = rule.get("type")
    # in Python True is an int, and in JSON it is no number
    wrong = kind and not isinstance(value, TYPES[kind])
    if wrong or (kind in {"integer", "number"} and isinstance(value, bool)):
        yield where, found, f"a JSON {kind}"
    elif isinstance(value, dict):
        yield from _members(value, rule, where)
    elif isinstance(value, list):
        yield from _elements(value, rule, where)
    elif isinstance(value, str):
        if "pattern" in rule and not re.search(rule["pattern"], value, re.ASCII):
            yield where, found, rule.get("description", f"text like {rule['pattern']}")
        if len(value) < rule.get("minLength", 0):
            yield where, "nothing", "some text"
    elif isinstance(value, (int, float)):
        yield from _range(value, rule, where)


def _range(value: float, rule: Mapping[str, Any], where: str) -> Iterator[tuple[str, str, str]]:
    low, high = rule.get("minimum"), rule.get("maximum")
    above = rule.get("exclusiveMinimum")
    if low is not None and not value >= low:
        yield where, _short(value), f"a number of {low} or more"
    if above is not None and not value > above:
        yield where, _short(value), f"a number above {above}"
    if high is not None and not value <= high:
        yield where, _short(value), f"a number up to {high}"


def _members(
    value: Mapping[str, object], rule: Mapping[str, Any], where: str
) -> Iterator[tuple[str, str, str]]:
    known = rule.get("properties", {})
    for name in rule.get("required", ()):
        if name not in value:
            yield f"{where}{name}", "nothing", "a member of that name"
    for name, member in value.items():
        if name in known:
            inner = f"{where}{name}." if isinstance(member, dict) else f"{where}{name}"
            yield from _faults(member, known[name], inner)
        elif rule.get("additionalProperties") is False:
            yield f"{where}{name}", _short(member), "no member of that name"


def _elements(
    value: list[object], rule: Mapping[str, Any], where: str
) -> Iterator[tuple[str, str, str]]:
    if len(value) < rule.get("minItems", 0):
        yield where, f"{len(value)} elements", f"{rule['minItems']} or more"
    if len(value) > rule.get("maxItems", len(value)):
        yield where, f"{len(value)} elements", f"{rule['maxItems']} at most"
    if rule.get("uniqueItems") and len({json.dumps(v) for v in value}) < len(value):
        yield where, "an element twice", "each once"
    for i, element in enumerate(value):
        yield from _faults(element, rule.get("items", {}), f"{where}[{i}]")


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= 60 else f"{text[:57]}..."
