"""Builds the site into build/docs/html; a broken link, or a page that is not there, ends it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from docs.site.staging import ROOT, stage

BUILD = ROOT / "build" / "docs"


def main() -> int:
    """Stages the pages and has them built; the exit code."""
    shutil.rmtree(BUILD, ignore_errors=True)
    stage(BUILD / "pages")
    settings = shutil.copy(ROOT / "docs" / "site" / "zensical.toml", BUILD)
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--config-file", settings]
    # The settings name a function of this folder.
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
