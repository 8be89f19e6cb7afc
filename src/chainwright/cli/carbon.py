"""The group of commands on carbon; modules beside this one put their commands on it."""

from cyclopts import App

from chainwright.cli.options import app

__all__ = ["carbon"]

carbon = App(
    name="carbon",
    help="Make it green: readings, accounts, carbon efficiency codes, footprints of products.",
)
app.command(carbon)
