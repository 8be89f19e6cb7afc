"""Logs of made-up events, with times that are given."""

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chainwright.records import IncidentLog

START = datetime(2026, 3, 2, 8, tzinfo=UTC)


def event_log(*sites, area=None, **more):
    """Return a new log in which some sites are potential since `START`."""
    folder = Path(tempfile.mkdtemp())
    return IncidentLog.create(
        folder / "fire.jsonl",
        title="Fire",
        cause="fire",
        area=area or {"kind": "sites", "codes": list(sites) or ["B"]},
        by="Li",
        sites=sites,
        at=START,
        **more,
    )


def after(weeks):
    """Return the time so many weeks after `START`."""
    return START + timedelta(weeks=weeks)
