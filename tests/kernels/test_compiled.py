from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numba
import numpy as np
import pytest

from hotspot.kernels import compiled as making
from hotspot.kernels.compiled import compiled


def _doubled(values: np.ndarray) -> np.ndarray:
    result = np.empty_like(values)
    for i in range(len(values)):
        result[i] = 2 * values[i]
    return result


def test_a_compiled_function_does_what_its_source_says() -> None:
    values = np.array([1.0, -2.5, np.inf])
    assert compiled("f8[::1](f8[::1])")(_doubled)(values).tolist() == _doubled(values).tolist()


def test_other_types_than_named_are_refused_rather_than_copied_unseen() -> None:
    double = compiled("f8[::1](f8[::1])")(_doubled)
    with pytest.raises(TypeError, match="No matching definition"):
        double(np.arange(6.0)[::2])


def test_where_nothing_can_be_kept_a_function_is_compiled_all_the_same() -> None:
    # A function without a source file, as in a home and a package that are both read-only.
    space: dict[str, object] = {}
    exec("def three() -> int:\n    return 3\n", space)  # noqa: S102
    three = space["three"]
    assert callable(three)
    assert compiled("i8()")(three)() == 3


def test_machine_code_is_of_one_state_of_a_kernel_and_of_those_it_calls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner, outer = tmp_path / "inner.py", tmp_path / "outer.py"
    inner.write_text("one = 1\n")
    outer.write_text("from hotspot.kernels.inner import one\n")
    monkeypatch.setattr(making, "ROOM", tmp_path)
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "kept"))
    for known in (making._with_called, making._base):
        monkeypatch.setattr(making, known.__name__, known.__wrapped__)
    before = making.folder(outer)
    assert making.folder(outer) == before
    assert before.parent == tmp_path / "kept"
    inner.write_text("one = 2\n")
    assert making.folder(outer) != before


@pytest.mark.parametrize(("kind", "damage"), [("nbi", b""), ("nbc", b"garbage")])
def test_damaged_machine_code_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, damage: bytes
) -> None:
    monkeypatch.setattr(making, "_base", lambda: tmp_path)
    values = np.array([1.0, -2.5])
    double = compiled("f8[::1](f8[::1])")
    double(_doubled)
    kept = [*tmp_path.rglob(f"*.{kind}")]
    assert kept
    for path in kept:
        path.write_bytes(damage)
    assert double(_doubled)(values).tolist() == [2.0, -5.0]
    assert not any(path.exists() for path in kept)


def test_a_user_without_a_home_has_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(making.Path, "home", homeless)
    monkeypatch.setattr(making.os, "access", lambda *_path: False)
    assert making._base.__wrapped__() == making.ROOM / "__pycache__"


def test_the_folder_of_numba_itself_is_left_as_it_was() -> None:
    given = numba.config.CACHE_DIR
    compiled("f8[::1](f8[::1])")(_doubled)
    assert given == numba.config.CACHE_DIR


def test_every_kernel_compiles_by_one_command(repository: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "hotspot.kernels"], cwd=repository, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_no_module_outside_imports_a_kernel_at_its_head(repository: Path) -> None:
    """A kernel is imported where it is called: numba takes a third of a second and 90 MB."""
    heads = [
        path.relative_to(repository).as_posix()
        for path in sorted((repository / "hotspot").rglob("*.py"))
        if "kernels" not in path.parts
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith(("from hotspot.kernels", "import hotspot.kernels", "import numba", "from numba"))
    ]
    assert heads == []
