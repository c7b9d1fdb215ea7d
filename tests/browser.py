"""A real Jupyter server and a real browser, for tests that look at pages as a person does."""

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.assets.cache_paths import CHECKOUT

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SECONDS = 1000  # playwright counts in milliseconds

chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextlib.contextmanager
def jupyterlab(folder: Path, config: Path, students: bool = True) -> Iterator[tuple[str, str]]:
    """Gives (address, token) of a JupyterLab that serves `folder`.

    Args:
        config: an empty folder.
        students: whether it has the settings of a student's, or, started in `folder`, those that an instructor's finds there.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(16)
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root", f"--ServerApp.port={port}"]
    command += [f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}", "--ServerApp.ip=127.0.0.1"]
    environment = {
        **os.environ,
        "JUPYTER_CONFIG_DIR": str(config),
        "LAB_PROFILE": "tiny",
        "PYTHONPATH": str(CHECKOUT),
    }
    if students:
        environment["JUPYTER_CONFIG_PATH"] = str(CHECKOUT / "shared" / "jupyter")
    path = config / "server.log"
    with path.open("w") as log:
        process = subprocess.Popen(
            command, cwd=CHECKOUT if students else folder, stdout=log, stderr=log, env=environment
        )
        address = f"http://127.0.0.1:{port}"
        try:
            for _ in range(120):
                try:
                    urllib.request.urlopen(f"{address}/api?token={token}", timeout=2)
                    break
                except OSError:
                    assert process.poll() is None, path.read_text()
                    time.sleep(0.5)
            yield address, token
        finally:
            process.terminate()
            process.wait(timeout=30)


@contextlib.contextmanager
def browser_page() -> Iterator:
    """Gives a page of headless Chromium; skips the test where there is none."""
    if chromium is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.set_default_timeout(60 * SECONDS)
        yield page
        browser.close()
