from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from hotspot.errors import NotFoundError
from hotspot.service.store import Store, StoredFile
from hotspot.service.store.made import keep, keep_of_site
from hotspot.service.store.schema import APPLICATION_ID, site_file
from tests.service.conftest import NOW
from tests.service.store.test_layers import FILES, record

if TYPE_CHECKING:
    from hotspot.service.settings import Settings

ONE, TWO = (StoredFile(text, "application/flatgeobuf") for text in (b"one", b"two"))


def names(store: Store) -> list[str]:
    with store.engine.reading() as connection:
        return list(connection.execute(sa.select(site_file.c.name).order_by(site_file.c.name)).scalars())


def test_a_file_joins_those_of_its_layer_and_the_first_one_stays(store: Store) -> None:
    name = store.layers.save(record(), FILES).id
    keep(store.engine, name, {"download.fgb": ONE})
    keep(store.engine, name, {"download.fgb": TWO, "download.kml": TWO})
    assert store.layers.file(name, "download.fgb").data == b"one"
    assert store.layers.file(name, "download.kml").data == b"two"
    assert store.layers.get(name).files == ("download.fgb", "download.kml", *FILES)


def test_a_layer_that_was_withdrawn_meanwhile_gets_no_file(store: Store) -> None:
    name = store.layers.save(record(), FILES).id
    store.layers.withdraw(name, now=NOW)
    with pytest.raises(NotFoundError):
        keep(store.engine, name, {"download.fgb": ONE})
    store.layers.restore(name)
    assert store.layers.get(name).files == tuple(FILES)


def test_files_of_a_site_take_the_place_of_those_of_the_same_set_only(store: Store) -> None:
    keep_of_site(store.engine, {"districts/a_b/1.gpkg": ONE}, in_place_of="districts/a_b/")
    keep_of_site(store.engine, {"districts/axb/1.gpkg": ONE}, in_place_of="districts/axb/")
    keep_of_site(store.engine, {"districts/a_b/2.gpkg": TWO}, in_place_of="districts/a_b/")
    assert names(store) == ["districts/a_b/2.gpkg", "districts/axb/1.gpkg"]


def test_a_store_of_an_earlier_version_forgets_geopackages_without_a_style(settings: Settings) -> None:
    settings.data_dir.mkdir()
    _at_revision(settings.database, "0002")
    with Store.open(settings) as store:
        (layer,) = store.layers.list()
        assert layer.files == ("download.csv",)


def _at_revision(path: Path, revision: str) -> None:
    """Make a store as that revision had it, with one layer and two of its files."""
    from alembic import command
    from alembic.config import Config

    from hotspot.service.store import migrations

    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    engine.dispose()
    with closing(sqlite3.connect(path)) as base, base:
        base.execute(
            "INSERT INTO layer VALUES (1, 'a-1', 'A', 'gi_star', 'town', 'BZ', '{}', '{}', '{}', '[]', '[]', "
            "NULL, 0, NULL, NULL, 'hash', 'local', 0, 0, NULL)"
        )
        base.executemany(
            "INSERT INTO layer_file VALUES ('a-1', ?, 'text/plain', 0, 'etag', x'00')",
            [("download.gpkg",), ("download.csv",)],
        )
