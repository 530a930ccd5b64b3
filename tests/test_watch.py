"""`render --watch`, as a process that runs while files are saved."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.commands import interruptible, run

ROOT = Path(__file__).parents[1]
# Long enough for a machine that has much else to do.
PATIENCE = 60.0

BLOCKS = "block unit(c) {{ conv 3x3 {channels} as conv -> relu }}\n"
NET = 'from "blocks.cnn" use unit\n\nnetwork Net() {\n  input 3x16x16\n  unit 8\n}\n'


class Watching:
    """A process that watches, with what it has said so far."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.picture = folder / "net.svg"
        self._said = folder / "said.txt"
        with self._said.open("wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "cnndsl", "render", "net.cnn", "--watch", "-o", "net.svg"],
                cwd=folder,
                stderr=said,
                env=os.environ | {"PYTHONPATH": str(ROOT)},
                preexec_fn=interruptible,
            )

    @property
    def said(self) -> str:
        return self._said.read_text(encoding="utf-8")

    def save(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def wait(self, reached: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not reached():
            assert self.process.poll() is None, self.said
            assert time.monotonic() < end, self.said
            time.sleep(0.05)

    def wait_for_words(self, words: str, times: int = 1) -> None:
        self.wait(lambda: self.said.count(words) >= times)


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Watching]:
    (tmp_path / "blocks.cnn").write_text(BLOCKS.format(channels="c"), encoding="utf-8")
    (tmp_path / "net.cnn").write_text(NET, encoding="utf-8")
    found = Watching(tmp_path)
    try:
        found.wait_for_words("watching")
        yield found
    finally:
        found.process.kill()
        found.process.wait()


def test_it_draws_again_when_the_spec_or_what_it_imports_is_saved(watching: Watching) -> None:
    first = watching.picture.read_bytes()
    assert b"8\xc3\x9716\xc3\x9716" in first
    watching.save("net.cnn", NET.replace("unit 8", "unit 24"))
    watching.wait_for_words("drawn", 2)
    assert "24×16×16" in watching.picture.read_text(encoding="utf-8")
    watching.save("blocks.cnn", BLOCKS.format(channels="(2 * c)"))
    watching.wait_for_words("drawn", 3)
    assert "48×16×16" in watching.picture.read_text(encoding="utf-8")


def test_errors_are_told_as_by_check_and_leave_the_picture(watching: Watching) -> None:
    before = watching.picture.stat()
    watching.save("blocks.cnn", "block unit(c) { conv 3x3 nonsense }\n")
    watching.wait_for_words("explain")
    checked = run("check", str(watching.folder / "net.cnn")).stderr
    told = checked.replace(f"{watching.folder}/", "").partition("\n\n")[0]
    assert told
    assert told in watching.said
    assert watching.picture.stat() == before
    # What it imports is looked at still, though the spec itself could not be read last.
    watching.save("net.cnn", NET + "}\n")
    watching.wait_for_words("explain", 2)
    watching.save("blocks.cnn", BLOCKS.format(channels="c"))
    watching.wait_for_words("explain", 3)
    watching.save("net.cnn", NET.replace("unit 8", "unit 32"))
    watching.wait_for_words("drawn", 2)
    assert "32×16×16" in watching.picture.read_text(encoding="utf-8")


def test_a_file_that_goes_and_comes_back_is_drawn_again(watching: Watching) -> None:
    (watching.folder / "net.cnn").unlink()
    watching.wait_for_words("no file")
    watching.save("net.cnn", NET.replace("unit 8", "unit 24"))
    watching.wait_for_words("drawn", 2)


def test_an_interrupt_ends_it_cleanly(watching: Watching) -> None:
    watching.process.send_signal(signal.SIGINT)
    assert watching.process.wait(PATIENCE) == 0
    assert watching.said.endswith("ended\n")
    assert "Traceback" not in watching.said
    assert list(watching.folder.glob(".*")) == []


def test_what_can_not_be_had_ends_it_at_once(tmp_path: Path) -> None:
    found = run("render", "no-such-net", "--watch", "-o", tmp_path / "net.svg")
    assert found.exit_code == 2
