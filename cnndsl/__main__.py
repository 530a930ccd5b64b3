"""`python -m cnndsl` is the command `cnndsl`."""

from __future__ import annotations

from cnndsl.cli import main

main(prog_name="cnndsl")
