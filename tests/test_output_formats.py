"""Diagnostics as programs read them: JSON by its schema, SARIF, workflow commands, and lines."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

import jsonschema
import pytest

from cnndsl.codes import BY_NAME
from cnndsl.compiler import Compiler
from cnndsl.errors import CnnError, Diagnostic
from cnndsl.source import Source
from tests.commands import run

ROOT = Path(__file__).parents[1]
SCHEMA = json.loads((ROOT / "docs" / "diagnostics.schema.json").read_text(encoding="utf-8"))

# An error with a fix, one with related places, notes and a hint, and two warnings; with letters
# that take several bytes, and a tab, before them.
SPEC = """\
network Net(classes=10) {
  input 3x33x33
  let é = "ü🙂" ;
  conv 3x3 8 as stem
}
"""
SHAPES = """\
block down(c) { maxpool 2x2 -> conv 3x3 c as conv }

network Net() {
  input 3x33x33
  conv 3x3 8 as skip
\tconv 3x3 8 bias=true
  down 8 as down -> upconv 2x2 8 /2 as up
  concat { | @skip | identity }
}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("first.cnn").write_text(SPEC, encoding="utf-8")
    Path("a b,c.cnn").write_text(SHAPES, encoding="utf-8")
    return tmp_path


def found(name: str) -> list[Diagnostic]:
    """What is wrong with a spec of the folder, errors and warnings."""
    try:
        return Compiler(Source(name, Path(name).read_text(encoding="utf-8"))).check()
    except CnnError as error:
        return list(error.diagnostics)


def as_json(*arguments: str) -> list[dict[str, Any]]:
    result = run("check", *arguments, "--output-format", "json")
    assert result.stderr == ""
    log = json.loads(result.stdout)
    jsonschema.validate(log, SCHEMA)
    return list(log["diagnostics"])


def text_at(place: dict[str, Any]) -> str:
    """The letters of a place, found as a program would find them: by lines and columns."""
    lines = Path(place["file"]).read_text(encoding="utf-8").splitlines()
    (first, start), (last, end) = (
        (place[side]["line"], place[side]["column"]) for side in ("start", "end")
    )
    part = lines[first - 1 : last]
    part[-1] = part[-1][: end - 1]
    part[0] = part[0][start - 1 :]
    return "\n".join(part)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("damage", [{"code": "X1"}, {"place": {}}, {"more": 1}, {"fix": 3}])
def test_the_schema_refuses_what_is_not_its_form(folder: Path, damage: dict[str, Any]) -> None:
    (good,) = as_json("first.cnn")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"version": 1, "diagnostics": [{**good, **damage}]}, SCHEMA)


def test_json_holds_all_that_a_diagnostic_says(folder: Path) -> None:
    printed = as_json("first.cnn", "a b,c.cnn")
    expected = [*found("first.cnn"), *found("a b,c.cnn")]
    assert [d["name"] for d in printed] == [d.code for d in expected]
    assert {"shape-mismatch", "separator"} <= {d["name"] for d in printed}
    for one, diagnostic in zip(printed, expected, strict=True):
        assert one["code"] == BY_NAME[one["name"]].number
        assert one["severity"] == diagnostic.severity.value
        assert (one["message"], one["hint"]) == (diagnostic.message, diagnostic.hint)
        assert tuple(one["notes"]) == diagnostic.notes
        assert diagnostic.span
        assert text_at(one["place"]) == diagnostic.span.text
        for related, label in zip(one["related"], diagnostic.related, strict=True):
            assert (text_at(related["place"]), related["text"]) == (label.span.text, label.text)
        if diagnostic.fix:
            assert text_at(one["fix"]["place"]) == diagnostic.fix.span.text
            assert one["fix"]["text"] == diagnostic.fix.text
    assert any(one["fix"] for one in printed)
    assert any(one["related"] and one["notes"] for one in printed)


def test_json_of_good_files_is_empty_and_of_missing_ones_has_no_place(folder: Path) -> None:
    Path("good.cnn").write_text("network Net() {\n  input 8\n  relu\n}\n")
    assert as_json("good.cnn") == []
    (missing,) = as_json("none.cnn")
    assert missing["place"] is None
    assert missing["code"] == "E701"
    assert run("check", "none.cnn", "--output-format", "json").exit_code == 2
    assert run("check", "first.cnn", "--output-format", "json").exit_code == 1
    assert run("check", "good.cnn", "--output-format", "json").exit_code == 0


def test_concise_is_a_line_each(folder: Path) -> None:
    result = run("check", "first.cnn", "a b,c.cnn", "none.cnn", "--output-format", "concise")
    assert result.stderr == ""
    assert result.exit_code == 2
    *lines, last = result.stdout.splitlines()
    expected = [*found("first.cnn"), *found("a b,c.cnn")]
    for line, diagnostic in zip(lines, expected, strict=True):
        assert diagnostic.span
        assert line == f"{diagnostic.span.place}: {diagnostic.number} {diagnostic.message}"
    assert last == "E701 there is no file `none.cnn`"


def unescaped(text: str) -> str:
    for sign, letter in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        text = text.replace(sign, letter)
    return text


def test_github_s_commands_name_file_line_and_columns(folder: Path) -> None:
    result = run("check", "a b,c.cnn", "none.cnn", "--output-format", "github")
    *lines, last = result.stdout.splitlines()
    for line, diagnostic in zip(lines, found("a b,c.cnn"), strict=True):
        parsed = re.fullmatch(r"::(error|warning) ([^:]*)::(.*)", line)
        assert parsed
        assert parsed[1] == diagnostic.severity.value
        pairs = dict(pair.split("=", 1) for pair in parsed[2].split(","))
        values = {name: unescaped(value) for name, value in pairs.items()}
        assert diagnostic.span
        assert values["file"] == "a b,c.cnn"
        assert f"a b,c.cnn:{values['line']}:{values['col']}" == diagnostic.span.place
        assert values["title"] == f"{diagnostic.number} {diagnostic.code}"
        assert unescaped(parsed[3]).startswith(diagnostic.message)
    assert last.startswith("::error title=E701 no-file::there is no file")


# What of the schema of SARIF 2.1.0 the logs use; all else in it may not be there.
REGION = {
    "type": "object",
    "required": ["startLine", "startColumn", "endLine", "endColumn"],
    "additionalProperties": {"type": "integer", "minimum": 1},
}
LOCATION = {
    "type": "object",
    "required": ["physicalLocation"],
    "additionalProperties": False,
    "properties": {
        "message": {"type": "object", "required": ["text"]},
        "physicalLocation": {
            "type": "object",
            "required": ["artifactLocation", "region"],
            "additionalProperties": False,
            "properties": {
                "artifactLocation": {"type": "object", "required": ["uri"]},
                "region": REGION,
            },
        },
    },
}


def sarif(*arguments: str) -> dict[str, Any]:
    log = json.loads(run("check", *arguments, "--output-format", "sarif").stdout)
    assert log["version"] == "2.1.0"
    (only,) = log["runs"]
    return dict(only)


def test_sarif_has_a_rule_for_each_code_and_a_result_for_each_diagnostic(folder: Path) -> None:
    log = sarif("first.cnn", "a b,c.cnn", "none.cnn")
    rules, results = log["tool"]["driver"]["rules"], log["results"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    expected = [*found("first.cnn"), *found("a b,c.cnn")]
    for result, diagnostic in zip(results[:-1], expected, strict=True):
        rule = rules[result["ruleIndex"]]
        assert (rule["id"], rule["name"]) == (diagnostic.number, diagnostic.code)
        assert result["ruleId"] == rule["id"]
        assert result["level"] == diagnostic.severity.value
        assert rule["shortDescription"]["text"] == BY_NAME[diagnostic.code].title
        (location,) = result["locations"]
        for place in (location, *result.get("relatedLocations", ())):
            jsonschema.validate(place, LOCATION)
        assert diagnostic.span
        assert text_at(sarif_place(location["physicalLocation"])) == diagnostic.span.text
        if diagnostic.fix:
            (change,) = result["fixes"][0]["artifactChanges"]
            (replaced,) = change["replacements"]
            assert replaced["insertedContent"]["text"] == diagnostic.fix.text
    assert "locations" not in results[-1]


def sarif_place(location: dict[str, Any]) -> dict[str, Any]:
    region = location["region"]
    assert not set(location["artifactLocation"]["uri"]) & set(" ,<>")
    return {
        "file": unquote(urlparse(location["artifactLocation"]["uri"]).path),
        "start": {"line": region["startLine"], "column": region["startColumn"]},
        "end": {"line": region["endLine"], "column": region["endColumn"]},
    }


def test_sarif_of_an_absolute_path_is_a_uri(folder: Path) -> None:
    (result, *_) = sarif(str(folder / "a b,c.cnn"))["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"].startswith("file:///")
    assert Path(sarif_place(place)["file"]) == folder / "a b,c.cnn"
