import numpy as np
import pytest

from chainwright import System
from chainwright.errors import MissingFileError, TableError
from chainwright.system import store


@pytest.fixture(scope="module")
def cut():
    """A system with every kind of array: imports, value added, stated output."""
    return System.demo("country")


@pytest.fixture
def saved(cut, tmp_path):
    cut.save(tmp_path / "demo.chainwright")
    return tmp_path / "demo.chainwright"


def test_what_is_loaded_is_what_was_saved(cut, saved):
    one, other = cut.flows, System.load(saved).flows
    for field in ("matrix", "final", "value_added", "stated_output"):
        np.testing.assert_array_equal(getattr(one, field), getattr(other, field))
    np.testing.assert_array_equal(one.imports.matrix, other.imports.matrix)
    np.testing.assert_array_equal(one.imports.final, other.imports.final)
    assert one.nodes.codes == other.nodes.codes
    assert one.nodes.sectors == other.nodes.sectors
    assert one.users.codes == other.users.codes
    assert (one.roles, one.money, one.origin, one.price_basis) == (
        other.roles, other.money, other.origin, other.price_basis,
    )  # fmt: skip
    assert other.imports.method == "published"


def test_stressors_and_composites_are_kept(tmp_path):
    import io  # noqa: PLC0415

    import pandas as pd  # noqa: PLC0415

    from chainwright.tables import example  # noqa: PLC0415

    frame = pd.read_csv(io.StringIO(example("flows")), keep_default_na=False)
    system = System.from_table(frame, composite=["B"])
    system.save(tmp_path / "s")
    back = System.load(tmp_path / "s").flows
    assert back.stressors.axis.codes == ("CO2",)
    assert back.stressors.units == ("kt",)
    np.testing.assert_array_equal(back.stressors.final, system.flows.stressors.final)
    assert back.composite == {"B"}


def test_a_saved_system_is_recognised_when_read(saved):
    assert store.is_saved(saved)
    assert repr(System.read(saved)) == repr(System.demo("country"))


def test_loaded_arrays_are_read_only(saved):
    with pytest.raises(ValueError, match="read-only"):
        System.load(saved).flows.matrix[0, 0] = 1.0


def test_a_file_that_is_cut_off_is_refused(saved):
    data = saved.read_bytes()
    saved.write_bytes(data[:-1000])
    with pytest.raises(TableError, match="it is cut off"):
        System.load(saved)
    saved.write_bytes(data[:40])
    with pytest.raises(TableError, match="header: found text that is cut off or broken"):
        System.load(saved)


def test_another_version_is_refused(saved):
    data = saved.read_bytes()
    saved.write_bytes(data.replace(b'{"version": 1,', b'{"version": 9,', 1))
    with pytest.raises(TableError, match="found version 9, expected version 1"):
        System.load(saved)


def test_a_header_that_lacks_its_arrays_is_refused(tmp_path):
    text = b'{"version": 1, "bytes": 0}'
    path = tmp_path / "x"
    path.write_bytes(store.MAGIC + len(text).to_bytes(8, "little") + text)
    with pytest.raises(TableError, match="header: found only version, bytes"):
        System.load(path)


def test_another_file_is_refused(tmp_path):
    (tmp_path / "x").write_bytes(b"block,from_region")
    with pytest.raises(TableError, match="a system saved by chainwright"):
        System.load(tmp_path / "x")
    with pytest.raises(MissingFileError):
        System.load(tmp_path / "y")


def test_nothing_is_written_where_there_is_no_folder(cut, tmp_path):
    with pytest.raises(MissingFileError, match="There is no folder"):
        cut.save(tmp_path / "no" / "demo.chainwright")
    assert not list(tmp_path.iterdir())
