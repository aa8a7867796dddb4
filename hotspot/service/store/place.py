"""Where the store may lie: a folder of a local disk that this user can write."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

from hotspot.errors import StoreError

NETWORK = frozenset(
    {"9p", "afs", "ceph", "cifs", "fuse.glusterfs", "fuse.sshfs", "glusterfs", "nfs", "nfs4", "smb3", "smbfs"}
)
"""File systems on which SQLite's locks cannot be trusted."""


def make_folder(folder: Path, *, mounts: Path = Path("/proc/self/mounts")) -> None:
    """Make the folder when it is not there; refuse one that cannot hold a store."""
    try:
        # What is recorded of crimes is nobody else's to read on a shared machine.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        msg = f"{folder} is not a folder. Choose a folder with HOTSPOT_DATA_DIR."
        raise StoreError(msg) from None
    except OSError as error:
        msg = f"The folder {folder} cannot be made: {error.strerror}. Choose another with HOTSPOT_DATA_DIR."
        raise StoreError(msg) from None
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        msg = f"The folder {folder} may not be written by this user. Change its rights or HOTSPOT_DATA_DIR."
        raise StoreError(msg)
    kind = file_system(folder, mounts=mounts)
    if kind in NETWORK:
        msg = (
            f"The folder {folder} lies on a network file system ({kind}), where two writers can damage a "
            "store. Choose a folder on a local disk with HOTSPOT_DATA_DIR, and copy backups to the network."
        )
        raise StoreError(msg)


def sweep(folder: Path, *, now: float, older_than: float = 86_400) -> None:
    """Remove what cut-off work left behind: what nobody touched for some seconds, a day by default."""
    with contextlib.suppress(FileNotFoundError):
        for left in list(folder.iterdir()):
            with contextlib.suppress(OSError):
                if now - left.stat().st_mtime > older_than:
                    shutil.rmtree(left) if left.is_dir() else left.unlink()


def file_system(folder: Path, *, mounts: Path = Path("/proc/self/mounts")) -> str:
    """Return the type of the file system a folder lies on, such as ``ext4``; empty when not known."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    real = folder.resolve()
    found, longest = "", -1
    for line in lines:
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        at = Path(fields[1].replace("\\040", " "))
        if real.is_relative_to(at) and len(at.parts) >= longest:
            found, longest = fields[2], len(at.parts)
    return found
