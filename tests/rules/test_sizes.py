"""A file is a noun, of 300 lines at most; a function is one thought, of 40."""

import ast
from pathlib import Path

from tests.rules.sources import ROOT, python_files, told

LONGEST_FILE, LONGEST_FUNCTION, MOST_ARGUMENTS = 300, 40, 6
VAGUE = {"utils.py", "helpers.py", "common.py", "misc.py"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(path: Path) -> list[Function]:
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, Function)]


def test_the_rules_are_about_all_three_packages() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in python_files()} == {"archive", "search", "uploads"}
    assert len(python_files()) > 80


def test_no_file_is_longer_than_it_may_be() -> None:
    tests = sorted((ROOT / "tests").rglob("*.py"))
    long = {
        told(path): n for path in [*python_files(), *tests] if (n := len(path.read_text().splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_no_function_is_longer_than_it_may_be() -> None:
    long = {
        f"{told(path)}:{each.name}": length
        for path in python_files()
        for each in functions(path)
        if (length := (each.end_lineno or 0) - each.lineno + 1) > LONGEST_FUNCTION
    }
    assert long == {}


def test_no_function_takes_more_than_it_may() -> None:
    many = [
        f"{told(path)}:{each.name}"
        for path in python_files()
        for each in functions(path)
        if len(each.args.args) + len(each.args.kwonlyargs) > MOST_ARGUMENTS + 1  # self, or by=
    ]
    assert many == []


def test_every_file_says_what_it_is_and_none_has_a_vague_name() -> None:
    silent = [told(path) for path in python_files() if not ast.get_docstring(ast.parse(path.read_text()))]
    assert [name for name in silent if not name.endswith("__main__.py")] == []
    assert [told(path) for path in python_files() if path.name in VAGUE] == []
