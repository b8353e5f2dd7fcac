"""The expressions of the documentation's tables."""

import re
from pathlib import Path

import pytest
from helpers.groups import NAMES

from sklearn_symclone import Symmetry

PAGE = (Path(__file__).parent.parent / "docs" / "symmetries.md").read_text()
TABLES = PAGE.split("## Which symmetry")[0].splitlines()
ROWS = [line.strip("|").split("|") for line in TABLES if line.startswith("| `")]
EXAMPLES = [code for *_, use in ROWS for code in re.findall(r"`([^`]+)`", use)]


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_example_of_the_tables_is_an_expression(text):
    symmetry = Symmetry.parse(text)
    assert Symmetry.parse(str(symmetry)) == symmetry


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_example_of_the_tables_is_described(text):
    description = Symmetry.parse(text).describe()
    bound = Symmetry.parse(description.expression)
    for side, described in (
        (bound.inputs, description.inputs),
        (bound.outputs, description.outputs),
    ):
        assert len(described) == (0 if side is None else side.dimension)
        # no two columns are the same thing
        assert len({row.role for row in described}) == len(described)
    assert description.groups == tuple(map(str, bound.groups))


def test_every_group_has_a_line():
    named = {name for first, *_ in ROWS for name in re.findall(r"`([A-Za-z+]+)\(", first)}
    assert "S" in NAMES
    assert set(NAMES) <= named
