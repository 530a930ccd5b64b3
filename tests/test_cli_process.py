"""The command line as a process: what it imports, and how it ends."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import interruptible

SMALL = """network Small(classes=10) {
  input 3x32x32
  conv 3x3 8 as conv -> relu -> gap -> flatten -> fc classes as fc
}
"""


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "cnndsl", *arguments]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.cnn"
    path.write_text(SMALL)
    return path


def test_nothing_heavy_is_imported(small: Path, tmp_path: Path) -> None:
    text = """
import sys
from cnndsl.cli import main
heavy = {"torch", "numpy", "graphviz", "subprocess", "cnndsl.emit", "cnndsl.draw",
         "cnndsl.analyse", "cnndsl.load"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
for arguments, allowed in (
    (["check", sys.argv[1]], set()),
    (["summary", sys.argv[1]], {"cnndsl.analyse"}),
    (["list"], {"cnndsl.analyse"}),
    (["compile", sys.argv[1]], {"cnndsl.analyse", "cnndsl.emit"}),
    (["render", sys.argv[1], "-o", sys.argv[2]], heavy - {"torch", "numpy"}),
):
    assert main(arguments, standalone_mode=False) in (None, 0)
    found = heavy & set(sys.modules) - allowed
    assert not found, (arguments, found)
"""
    arguments = [sys.executable, "-c", text, str(small), str(tmp_path / "net.svg")]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_reader_that_goes_away_is_no_error() -> None:
    pipe = subprocess.Popen(
        command("summary", "vgg19_bn"), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert pipe.stdout
    assert pipe.stderr
    pipe.stdout.close()
    assert pipe.stderr.read() == b""
    pipe.wait()
    pipe.stderr.close()


def test_an_interrupt_ends_it(tmp_path: Path) -> None:
    fifo = tmp_path / "slow.cnn"
    os.mkfifo(fifo)
    with subprocess.Popen(
        command("check", str(fifo)), stderr=subprocess.PIPE, preexec_fn=interruptible
    ) as process:
        # Once the pipe is open, the command reads, and waits for the end of the text.
        with open(fifo, "wb"):
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=30) == 130
        assert process.stderr
        assert b"Traceback" not in process.stderr.read()


def colours(environment: dict[str, str]) -> str:
    """What a command writes to a terminal."""
    leader, follower = pty.openpty()
    done = subprocess.Popen(
        command("check", "none.cnn"),
        stderr=follower,
        env={**os.environ, "TERM": "xterm", **environment},
    )
    done.wait(timeout=30)
    os.close(follower)
    text = os.read(leader, 10_000).decode()
    os.close(leader)
    return text


def test_colours_only_on_a_terminal_that_wants_them() -> None:
    assert "\x1b[31m" in colours({"NO_COLOR": ""})
    assert "\x1b" not in colours({"NO_COLOR": "1"})
    assert "\x1b" not in colours({"NO_COLOR": "", "TERM": "dumb"})
    done = subprocess.run(command("check", "none.cnn"), capture_output=True, check=False)
    assert b"\x1b" not in done.stderr


def test_a_result_that_can_not_be_written_is_told() -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(command("list"), stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(b"error[E704]: stdout can't be written: no space left")
    assert b"Traceback" not in done.stderr
