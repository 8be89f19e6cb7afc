"""A store brought to the newest tables, in the transaction that it is given."""

from importlib.resources import as_file, files

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from chainwright.errors import FormatError

__all__ = ["newest", "revision_of", "upgrade"]


def _scripts() -> tuple[Config, ScriptDirectory]:
    config = Config()
    with as_file(files("chainwright.records").joinpath("migrations")) as folder:
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        return config, ScriptDirectory.from_config(config)


def newest() -> str:
    """Return the revision of the tables that this release writes."""
    head = _scripts()[1].get_current_head()
    assert head is not None  # noqa: S101 - the folder has the first step
    return head


def revision_of(connection: Connection) -> str:
    """Return the revision of the tables of a store; empty for one without tables.

    Parameters
    ----------
    connection : Connection
        To the store.
    """
    return MigrationContext.configure(connection).get_current_revision() or ""


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the tables of a store to a revision.

    Parameters
    ----------
    connection : Connection
        In a transaction that writes; it is as before if a step fails.
    revision : str
        Which; the newest if not given.

    Raises
    ------
    FormatError
        If the store is of a later release than this one.
    """
    config, scripts = _scripts()
    known = {script.revision for script in scripts.walk_revisions()}
    now = revision_of(connection)
    if now and now not in known:
        msg = f"The store is of revision {now!r}, which a later release wrote. Upgrade chainwright."
        raise FormatError(msg)

    def steps(_now: object, context: MigrationContext) -> list[RevisionStep]:
        return list(scripts._upgrade_revs(revision, context.get_current_heads()))  # type: ignore[arg-type]

    with EnvironmentContext(config, scripts, fn=steps) as environment:
        environment.configure(
            connection=connection, fn=steps, render_as_batch=True, transactional_ddl=True
        )
        environment.run_migrations()
