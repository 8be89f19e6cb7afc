"""Commands of the event room: open an event, say what is known, see what it costs, what to do."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import App, Parameter

from chainwright.cli.options import SINK, Sink, Source, app, quiet, read, show, tell
from chainwright.errors import ParameterError, near
from chainwright.params.agreement import agreed

if TYPE_CHECKING:
    from chainwright.records import Entry, IncidentLog

__all__ = ["event"]

event = App(name="event", help="Follow an event through a maker's chain, from first word to end.")
app.command(event)


@Parameter(name="*")
@dataclass(frozen=True)
class Area:
    """Where an event is: one of these.

    Parameters
    ----------
    region
        Parts of countries, such as CHN:Anhui, with commas between.
    place
        Countries or territories, ISO 3166-1 alpha-3, with commas between.
    polygon
        A GeoJSON file, or corners as "30.1,117.2 32.0,117.2 31.5,119.0" (latitude, longitude).
    sites
        Sites of the maker's chain, with commas between.
    supplier
        Suppliers, with commas between: all their sites.
    item
        Items, or hs:8542 and gbt4754:397 for parts whose code begins so, with commas between.
    """

    region: str | None = None
    place: str | None = None
    polygon: str | None = None
    sites: str | None = None
    supplier: str | None = None
    item: str | None = None


@Parameter(name="*")
@dataclass(frozen=True)
class Asked:
    """What an estimate is asked for.

    Parameters
    ----------
    as_of
        A time with its zone, or the number of an entry: what was known then. All, if not given.
    scenario
        confirmed shows the likely case in detail; potential the high one, with potential sites.
    weight
        What a unit lost weighs: margin, price or output. Margin if every product has one, if not
        given.
    stock_at_node
        Whether stock where nothing works can be used: usable or lost.
    currency
        ISO 4217 code of prices, where the folder does not say it.
    """

    as_of: str | None = None
    scenario: Literal["confirmed", "potential"] = "confirmed"
    weight: Literal["margin", "price", "output"] | None = None
    stock_at_node: Literal["usable", "lost"] = "usable"
    currency: str | None = None


AREA, ASKED = Area(), Asked()


@event.command
def area(maker: str, *, area: Area = AREA, sink: Sink = SINK) -> None:
    """Show which sites of a maker's chain an area holds, and of which that cannot be told.

    Parameters
    ----------
    maker
        A folder with a maker's tables, or demo:maker.
    area
        Where the event is.
    sink
        Where the answer goes.
    """
    from chainwright.plan import event_area  # noqa: PLC0415 - `chainwright --help` loads no pandas

    show(event_area(read(maker, Source()), _area(area)), sink)


@event.command
def open(
    log: Path,
    maker: str,
    *,
    title: str,
    by: str,
    area: Area = AREA,
    cause: str = "",
    at: str | None = None,
    text: str = "",
) -> None:
    """Open an event: write a new log, with the sites in the area as potential.

    Parameters
    ----------
    log
        File that is not there yet, such as flood.jsonl.
    maker
        A folder with a maker's tables, or demo:maker.
    title
        What happened, in a few words.
    by
        Who says so.
    area
        Where the event is.
    cause
        By what, such as flood or fire.
    at
        When it was said, ISO 8601 with its zone; now if not given.
    text
        Anything beside.
    """
    from chainwright.plan import event_area  # noqa: PLC0415
    from chainwright.records import IncidentLog  # noqa: PLC0415

    system = read(maker, Source())
    told = _area(area)
    found = event_area(system, told)
    made = IncidentLog.create(
        log,
        title=title,
        by=by,
        area=told,
        sites=found.sites,
        cause=cause,
        at=at,
        text=text,
        maker=system.maker.name,
        maker_sha256=system.maker.origin.sha256,
    )
    sys.stdout.write(
        agreed(
            "{n} {n:site is|sites are} potential: {sites}.\n",
            n=len(found.sites),
            sites=", ".join(found.sites) or "none",
        )
    )
    if found.untold:
        count = len(found.untold)
        some = ", ".join(found.untold_first[:10]) + (" ..." if count > 10 else "")
        sys.stdout.write(f"Of {count} it cannot be told (event area says why): {some}.\n")
    _written(made, made.entries[-1])
    if not found.sites:
        told_too = " Sites of which it cannot be told may be: ask them." if found.untold else ""
        tell(f"NOTHING IS HIT: no site of {system.maker.name} is known to lie there.{told_too}")


@event.command
def suspect(
    log: Path, maker: str, sites: str, *, by: str, at: str | None = None, text: str = ""
) -> None:
    """Add sites that may be hit as well: they are potential.

    Parameters
    ----------
    log
        The event's log.
    maker
        A folder with a maker's tables, or demo:maker: the sites are looked up there.
    sites
        Sites, with commas between.
    by
        Who says so.
    at
        When it was said, ISO 8601 with its zone; now if not given.
    text
        Anything beside.
    """
    from chainwright.plan import event_area  # noqa: PLC0415

    found = event_area(read(maker, Source()), {"kind": "sites", "codes": _codes(sites)})
    held = _log(log)
    _written(held, held.suspect(found.sites, by=by, at=at, text=text))


@event.command
def confirm(
    log: Path,
    site: str,
    *,
    weeks: str,
    by: str,
    capacity_lost: float = 1.0,
    at: str | None = None,
    text: str = "",
    maker: str | None = None,
) -> None:
    """Say that a site is out, and for how long.

    Parameters
    ----------
    log
        The event's log.
    site
        A site that the log names.
    weeks
        Weeks from then on: 4, or low:likely:high as 3:4:6.
    by
        Who says so.
    capacity_lost
        Share of its capacity that is lost; all if not given.
    at
        When it was said, ISO 8601 with its zone; now if not given.
    text
        Anything beside.
    maker
        A folder with a maker's tables, or demo:maker, to find a site by its name.
    """
    held = _log(log)
    _looked_up(held, site, maker)
    told = _weeks(weeks)
    _written(
        held,
        held.confirm(site, weeks=told, by=by, capacity_lost=capacity_lost, at=at, text=text),
    )


@event.command
def clear(
    log: Path,
    site: str,
    *,
    by: str,
    at: str | None = None,
    text: str = "",
    maker: str | None = None,
) -> None:
    """Say that a potential site has no impact.

    Parameters
    ----------
    log
        The event's log.
    site
        A site that is potential.
    by
        Who says so.
    at
        When it was said, ISO 8601 with its zone; now if not given.
    text
        Anything beside.
    maker
        A folder with a maker's tables, or demo:maker, to find a site by its name.
    """
    held = _log(log)
    _looked_up(held, site, maker)
    _written(held, held.clear(site, by=by, at=at, text=text))


@event.command
def restore(
    log: Path,
    site: str,
    *,
    by: str,
    at: str | None = None,
    text: str = "",
    maker: str | None = None,
) -> None:
    """Say that a site works as before.

    Parameters
    ----------
    log
        The event's log.
    site
        A site that is confirmed.
    by
        Who says so.
    at
        When it was said, ISO 8601 with its zone; now if not given.
    text
        Anything beside.
    maker
        A folder with a maker's tables, or demo:maker, to find a site by its name.
    """
    held = _log(log)
    _looked_up(held, site, maker)
    _written(held, held.restore(site, by=by, at=at, text=text))


@event.command
def note(log: Path, text: str, *, by: str, at: str | None = None) -> None:
    """Write down a remark that changes no status.

    Parameters
    ----------
    log
        The event's log.
    text
        The remark.
    by
        Who makes it.
    at
        When it was made, ISO 8601 with its zone; now if not given.
    """
    held = _log(log)
    _written(held, held.note(text, by=by, at=at))


@event.command
def correct(
    log: Path,
    entry: int,
    *,
    by: str,
    weeks: str | None = None,
    capacity_lost: float | None = None,
    site: str | None = None,
    said_at: str | None = None,
    at: str | None = None,
    text: str = "",
) -> None:
    """Correct an earlier entry, or withdraw it if nothing is given instead; the entry stays.

    Parameters
    ----------
    log
        The event's log.
    entry
        Number of the entry, as the timeline shows it.
    by
        Who says so.
    weeks
        Weeks of a confirmation instead: 4, or low:likely:high as 3:4:6.
    capacity_lost
        Share of capacity lost of a confirmation instead.
    site
        The site that was meant instead.
    said_at
        When it was said instead.
    at
        When the correction is made, ISO 8601 with its zone; now if not given.
    text
        Why.
    """
    instead: dict[str, Any] = {}
    if weeks is not None:
        told = _weeks(weeks)
        three = told if isinstance(told, tuple) else (told, told, told)
        instead |= dict(zip(("weeks_low", "weeks_likely", "weeks_high"), three, strict=True))
    given = {"capacity_lost": capacity_lost, "site": site, "at": said_at}
    instead |= {name: value for name, value in given.items() if value is not None}
    held = _log(log)
    _written(held, held.correct(entry, by=by, instead=instead or None, at=at, text=text))


@event.command(name="show")
def show_event(log: Path, maker: str, *, asked: Asked = ASKED, sink: Sink = SINK) -> None:
    """Show what the event costs from what is known: low, likely and high.

    Parameters
    ----------
    log
        The event's log.
    maker
        A folder with a maker's tables, or demo:maker.
    asked
        What is asked for.
    sink
        Where the answer goes: a folder for sites, products, weeks and short items as well.
    """
    from chainwright import plan  # noqa: PLC0415

    found = plan.event(
        read(maker, Source(currency=asked.currency)),
        _log(log),
        as_of=_moment(asked.as_of),
        scenario=asked.scenario,
        weight=asked.weight,
        stock_at_node=asked.stock_at_node,
    )
    show(found, sink)


@event.command
def dispatch(
    log: Path, maker: str, *, crews: int = 1, asked: Asked = ASKED, sink: Sink = SINK
) -> None:
    """List what to do now: stock to lines, alternates to call, sites to restart, products to cut.

    Parameters
    ----------
    log
        The event's log.
    maker
        A folder with a maker's tables, or demo:maker.
    crews
        How many sites can be restarted at once.
    asked
        What is asked for.
    sink
        Where the answer goes: a folder for allocations, alternates and restarts in full.
    """
    from chainwright import plan  # noqa: PLC0415

    found = plan.dispatch(
        read(maker, Source(currency=asked.currency)),
        _log(log),
        as_of=_moment(asked.as_of),
        scenario=asked.scenario,
        crews=crews,
        weight=asked.weight,
        stock_at_node=asked.stock_at_node,
    )
    show(found, sink)


@event.command
def timeline(
    log: Path,
    maker: str,
    *,
    steps: Annotated[bool, Parameter(negative="--no-steps")] = True,
    weight: Literal["margin", "price", "output"] | None = None,
    currency: str | None = None,
    sink: Sink = SINK,
) -> None:
    """Show who said what when, with the estimate after each; a page to print with -o page.html.

    Parameters
    ----------
    log
        The event's log.
    maker
        A folder with a maker's tables, or demo:maker.
    steps
        Whether the page lists what to do as well.
    weight
        What a unit lost weighs: margin, price or output.
    currency
        ISO 4217 code of prices, where the folder does not say it.
    sink
        Where the answer goes; an output that ends in .html is a page in the language of --lang.
    """
    from chainwright import plan  # noqa: PLC0415

    system, held = read(maker, Source(currency=currency)), _log(log)
    found = plan.event_timeline(system, held, weight=weight)
    if sink.output is None or sink.output.suffix.lower() not in {".html", ".htm"}:
        show(found, sink)
        return
    from chainwright.report.event_page import event_page  # noqa: PLC0415
    from chainwright.tables import write_bytes  # noqa: PLC0415

    listed = plan.dispatch(system, held, weight=weight) if steps else None
    page = event_page(found, language=sink.lang, steps=listed)
    write_bytes(sink.output, page.encode())
    quiet(f"written: {sink.output}")


@event.command
def verify(log: Path, *, head: str | None = None) -> None:
    """Check that no line of a log was changed, taken out or put in later.

    Parameters
    ----------
    log
        The event's log.
    head
        SHA-256 of a line as it was noted once: one of the lines must have it.
    """
    held = _log(log)
    count = held.verify(head=head)
    sys.stdout.write(f"{count} lines in order; the last has SHA-256 {held.head}\n")
    if held.torn:
        length = len(held.torn)
        sys.stdout.write(
            f"After them {length} bytes of a line that was cut off while it was written: it counts "
            "for nothing, and stays. Say again what it was to say.\n"
        )


@event.command
def schema() -> None:
    """Print the JSON Schema of a line of a log."""
    from chainwright.records import incident_log_schema  # noqa: PLC0415

    text = json.dumps(incident_log_schema(), ensure_ascii=False, indent=1)
    sys.stdout.write(f"{text}\n")


def _log(path: Path) -> "IncidentLog":
    from chainwright.records import IncidentLog  # noqa: PLC0415

    return IncidentLog.open(path)


def _looked_up(log: "IncidentLog", site: str, maker: str | None) -> None:
    """Refuse a site that the log does not name, with those of like names in a maker's tables."""
    held = log.statuses()
    if site in held:
        return
    if maker is None:
        if not near(site, held):
            tell("A log has codes of sites alone: --maker MAKER finds them by their names.")
        return
    axis = read(maker, Source()).maker.network.sites
    both = {c: (axis.name(i), axis.name(i, "zh")) for i, c in enumerate(axis.codes)}
    named = {code: " ".join(dict.fromkeys(names)) for code, names in both.items()}
    if site in named:
        expected = "a site of the event: add it with the command suspect first"
        raise ParameterError("site", "the event", expected, f"{site} {named[site]}")
    asked = site.casefold()
    like = [code for code in held if asked in named.get(code, "").casefold()]
    like += [c for c in held if c not in like and near(site, [*named.get(c, "").split(" "), c])]
    some = ", ".join(f"{code} {named.get(code, '')}" for code in (like or list(held))[:8])
    raise ParameterError("site", "the event", f"the code of one of its sites, such as {some}", site)


def _written(log: "IncidentLog", entry: "Entry") -> None:
    quiet(f"written: entry {entry.seq} of {log.path}, SHA-256 {entry.sha256}")


def _codes(text: str) -> list[str]:
    return [word for part in text.split(",") if (word := part.strip())]


def _area(area: Area) -> dict[str, Any]:
    """Return the one area that was given, as the log holds it."""
    given = {
        "region": area.region,
        "place": area.place,
        "polygon": area.polygon,
        "sites": area.sites,
        "supplier": area.supplier,
        "material": area.item,
    }
    told = [(kind, text) for kind, text in given.items() if text is not None]
    if len(told) != 1:
        expected = "one of --region, --place, --polygon, --sites, --supplier and --item"
        found = ", ".join(kind for kind, _ in told) or None
        raise ParameterError("area", "the event", expected, found)
    kind, text = told[0]
    if kind != "polygon":
        return {"kind": kind, "codes": list(dict.fromkeys(_codes(text)))}
    from chainwright.plan import polygon_of, read_polygons  # noqa: PLC0415

    corners = _corners(text)
    if corners is None:
        return {"kind": kind, "polygons": read_polygons(text), "source": Path(text).name}
    return {"kind": kind, "polygons": polygon_of(corners)}


def _corners(text: str) -> list[tuple[float, float]] | None:
    """Return corners that a text lists, or None if it is no such list."""
    found = []
    for pair in text.split():
        latitude, comma, longitude = pair.partition(",")
        try:
            found.append((float(latitude), float(longitude)))
        except ValueError:
            return None
        if not comma:
            return None
    return found or None


def _weeks(text: str) -> float | tuple[float, float, float]:
    words = text.split(":")
    try:
        numbers = [float(word) for word in words]
    except ValueError:
        numbers = []
    if len(numbers) == 1:
        return numbers[0]
    if len(numbers) == 3:
        return numbers[0], numbers[1], numbers[2]
    raise ParameterError("weeks", "a confirmation", "4, or low:likely:high as 3:4:6", text)


def _moment(text: str | None) -> str | int | None:
    return int(text) if text is not None and text.isdigit() else text
