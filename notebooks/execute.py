"""Execute every notebook from top to bottom: ``python -m notebooks.execute [FOLDER]``.

A notebook that fails, or that is committed with its outputs, is an error. The
executed copies go into the folder, if one is named.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

HERE = Path(__file__).parent
SECONDS = 300


def notebooks() -> list[Path]:
    """Return the notebooks in the order of their numbers."""
    return sorted(HERE.glob("[0-9]*.ipynb"))


def with_outputs(path: Path) -> bool:
    """Return whether a notebook was saved with what its cells printed."""
    cells = nbformat.read(path, as_version=4).cells
    return any(
        cell.get("outputs") or cell.get("execution_count") for cell in cells if cell.cell_type == "code"
    )


def execute(path: Path, *, folder: Path) -> Path:
    """Run a notebook in an empty folder and return the executed copy."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, timeout=SECONDS, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    client.execute()
    copy = folder / path.name
    nbformat.write(notebook, copy)
    return copy


def main() -> int:
    """Return 0 if every notebook ran."""
    # Notebooks run in another folder and must still find this checkout where the package is not installed.
    paths = [str(HERE.parent), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(part for part in paths if part)
    failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for path in notebooks():
            if with_outputs(path):
                print(f"{path.name}: saved with outputs; clear them before committing", file=sys.stderr)
                failed += 1
            try:
                execute(path, folder=folder)
            except CellExecutionError as error:
                print(f"{path.name}: {error}", file=sys.stderr)
                failed += 1
            else:
                print(f"{path.name}: ran")
    return int(failed > 0)


if __name__ == "__main__":
    raise SystemExit(main())
