"""Make the picture of the README: ``make screenshots``.

A temporary store is filled with the demonstration and served, and a headless
Chromium takes the picture of one layer's page.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.speed.starts import free_port, wait_for

PICTURE = Path(__file__).with_name("screenshot.png")
WIDTH, HEIGHT = 1280, 900


def main() -> int:
    """Write docs/screenshot.png; return 1 where there is no Chromium."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        print("No Chromium was found. Install it (Debian: apt-get install chromium).", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "HOTSPOT_DATA_DIR": folder}
        hotspot = [sys.executable, "-m", "hotspot.cli"]
        listed = subprocess.run([*hotspot, "demo"], env=env, check=True, capture_output=True, text=True)  # noqa: S603
        layer = next(line.split()[0] for line in listed.stdout.splitlines() if "Robbery in Belize" in line)
        port = free_port()
        with subprocess.Popen([*hotspot, "serve", "--port", str(port)], env=env) as server:  # noqa: S603
            try:
                address = f"http://127.0.0.1:{port}/layers/{layer}"
                wait_for(address, server)
                take(browser, address)
            finally:
                server.terminate()
    print(f"Wrote {PICTURE}")
    return 0


def take(browser: str, address: str) -> None:
    """Write the picture of one page."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(address, wait_until="networkidle")
        page.screenshot(path=str(PICTURE))
        chromium.close()


if __name__ == "__main__":
    raise SystemExit(main())
