"""One command opens the course in JupyterLab, with the course's settings."""

import json
import os
import subprocess
import sys

from shared import open as opening
from shared.assets.cache_paths import CHECKOUT


def test_a_labs_name_opens_that_lab_and_the_rest_goes_to_jupyter():
    words = opening.command(["lab01_ridge", "--no-browser"])
    assert words[:4] == [sys.executable, "-m", "jupyter", "lab"]
    assert f"--ServerApp.root_dir={CHECKOUT / 'labs'}" in words
    assert words[-2:] == ["--LabApp.default_url=/lab/tree/lab01_ridge/lab01_ridge.ipynb", "--no-browser"]


def test_settings_that_somebody_has_are_kept_behind_the_courses(monkeypatch):
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "mine")
    monkeypatch.delenv("PYTHONPATH", raising=False)
    found = opening.environment()
    assert found["JUPYTER_CONFIG_PATH"].split(os.pathsep) == [str(CHECKOUT / "shared" / "jupyter"), "mine"]
    assert found["PYTHONPATH"] == str(CHECKOUT)


def test_jupyter_reads_them():
    """Of nbgrader's server extensions only Validate is left for students, so no exchange is looked for."""
    done = subprocess.run([sys.executable, "-c", MERGED], env=opening.environment(), capture_output=True, text=True)
    extensions = json.loads(done.stdout)["ServerApp"]["jpserver_extensions"]
    kept = [name for name, enabled in extensions.items() if name.startswith("nbgrader.") and enabled]
    assert kept == ["nbgrader.server_extensions.validate_assignment"]
    page = json.loads((CHECKOUT / "shared" / "jupyter" / "labconfig" / "page_config.json").read_text())
    assert "@jupyter/nbgrader:validate-assignment" not in page["disabledExtensions"]


# How a Jupyter server puts its settings together.
MERGED = """
import json
from jupyter_core.paths import jupyter_config_path
from jupyter_server.services.config.manager import ConfigManager
print(json.dumps(ConfigManager(read_config_path=jupyter_config_path()).get("jupyter_server_config")))
"""
