"""Puts the parser's tables into the wheel, so that no installation has to build them."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class TablesHook(BuildHookInterface[Any]):
    """Builds the tables from the grammar, and adds them to the files of a wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the tables and name them in `build_data`; an editable install keeps its own."""
        if self.target_name != "wheel" or version == "editable":
            return
        sys.path.insert(0, self.root)
        from cnndsl.parsing import tables

        grammar = Path(self.root, "grammars", tables.GRAMMAR).read_text(encoding="utf-8")
        self._folder = tempfile.TemporaryDirectory()
        path = Path(self._folder.name, tables.TABLES)
        path.write_bytes(tables.tables_file(grammar))
        build_data["force_include"][str(path)] = f"cnndsl/{tables.TABLES}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what `initialize` wrote."""
        if folder := getattr(self, "_folder", None):
            folder.cleanup()
