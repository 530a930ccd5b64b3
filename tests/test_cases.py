"""Every golden case gives the text that is kept beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cases import FOLDER, STAGES, cases, outcome


@pytest.mark.parametrize("path", list(cases()), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_case(path: Path, regenerate: bool) -> None:
    succeeds, text = outcome(path)
    assert succeeds != path.stem.endswith("_fail"), text
    expected = path.with_suffix(".expected")
    if regenerate and text:
        expected.write_text(text + "\n", encoding="utf-8")
    kept = expected.read_text(encoding="utf-8") if expected.exists() else ""
    assert text == kept.removesuffix("\n")


def test_every_expected_text_belongs_to_a_case() -> None:
    texts = [path for stage in STAGES for path in (FOLDER / stage).glob("*.expected")]
    assert [path for path in texts if not path.with_suffix(".cnn").exists()] == []
