"""Files that GDAL writes: the same features give the same bytes, whatever the time of day."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import geopandas
    import pandas as pd

LAYER_NAME: Final = "hotspots"
"""Name of the table or layer inside a file."""
DATE: Final = "2000-01-01T00:00:00.000Z"
"""Moment in place of that of writing."""

_CONFIG = Lock()


@contextmanager
def written(
    features: geopandas.GeoDataFrame, driver: str, name: str, *, layer: str = LAYER_NAME, **options: Any
) -> Iterator[Path]:
    """Give the folder into which GDAL has written polygons, without the time of day in them.

    The folder is there as long as the block.
    """
    import pyogrio

    with TemporaryDirectory(prefix="hotspot-") as folder:
        with _CONFIG:  # what GDAL takes for the time of day, all threads share
            before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": DATE})
            try:
                pyogrio.write_dataframe(
                    features,
                    str(Path(folder) / name),
                    driver=driver,
                    layer=layer,
                    geometry_type="MultiPolygon",
                    promote_to_multi=True,
                    **options,
                )
            finally:
                pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
        yield Path(folder)


def one_file(features: geopandas.GeoDataFrame, driver: str, name: str, **options: Any) -> bytes:
    """Return the bytes of the one file that GDAL wrote."""
    with written(features, driver, name, **options) as folder:
        return (folder / name).read_bytes()


def texts_changed(table: Any, change: Callable[[str], str]) -> Any:
    """Return the table with its text columns changed value by value; a missing value stays missing."""
    return table.assign(
        **{
            name: _changed(table[name], change)
            for name in table.columns
            if table[name].dtype == object or table[name].dtype == "str"
        }
    )


def _changed(column: pd.Series[Any], change: Callable[[str], str]) -> pd.Series[Any]:
    import pandas as pd

    codes, different = pd.factorize(column)
    changed = pd.Series([change(str(value)) for value in different], dtype="str")
    return changed.reindex(codes).set_axis(column.index)


def without_controls(text: str) -> str:
    r"""Return a text without the signs that XML 1.0 has no way to write.

    >>> without_controls("a\x00b")
    'ab'
    """
    return "".join(sign for sign in text if (sign >= " " or sign in "\t\n\r") and sign not in "\ufffe\uffff")
