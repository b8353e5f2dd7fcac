"""The table of a symmetry says what each column is, and what a group element makes of it."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose

from sklearn_symclone.symmetry import Description, Symmetry

EXPRESSIONS = [
    *("S(5) + S(5)*O(3) -> O(3)**2", 'Grid(3,3,"D4")*2', "(S(2) wr S(3))*2 -> (S(2) wr S(3)).top"),
    *("S(3)*E(2) + S(3)*E(2).vector", "2*Signs(2) -> Signs(2).pseudo", "Scaling(2) + GL(2).dual"),
    *("S(4).pairs + S(4).sym2", "C(3)*(SO(2) + 1) -> C(3).det", "D(3).regular", "3*T(1)", "4 -> 2"),
]


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_what_a_column_becomes_is_what_an_element_makes_of_it(text):
    symmetry = Symmetry.parse(text)
    description = symmetry.describe()
    random_state = np.random.RandomState(0)
    for side, rows, letter in (
        (symmetry.inputs, description.inputs, "x"),
        (symmetry.outputs, description.outputs, "y"),
    ):
        if side is None:
            assert rows == ()
            continue
        values = random_state.standard_normal(side.dimension)
        names = {f"{letter}{place}": value for place, value in enumerate(values)}
        assert [row.name for row in rows] == list(names)
        for number, group in enumerate(symmetry.groups):
            elements = group.generating_elements()
            moved = side.restricted(group).transform(elements, np.tile(values, (len(elements), 1)))
            said = [eval(row.becomes[number], dict(names)) for row in rows]
            # it is one of the generators, to two decimals
            errors = np.abs(moved - said).max(axis=1)
            assert errors.min() < 0.01 * (1 + np.abs(values).sum())


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_a_group_moves_a_column_if_random_elements_do(text):
    symmetry = Symmetry.parse(text)
    elements = symmetry.sample(40, random_state=1)
    values = np.random.RandomState(0).standard_normal(symmetry.inputs.dimension)
    for group in symmetry.groups:
        X = np.tile(values, (40, 1))
        moved = symmetry.inputs.transform(elements.only(group), X)
        expected = (np.abs(moved - X) > 1e-9).any(axis=0)
        found = [str(group) in row.moved_by for row in symmetry.describe().inputs]
        assert found == expected.tolist()


def test_a_table_reads_so():
    symmetry = Symmetry.parse("2*S(2) -> S(2) + 1", classes=[-1, 1, 0])
    assert str(symmetry.describe(columns=["a1", "a2", "b1", ("b", 2)])).split("\n") == [
        "2*S(2) -> S(2) + 1",
        "",
        "column    what it is                 moved by  a move of S(2) makes it",
        "a1        feature 1, item 1 of S(2)  S(2)      a2",
        "a2        feature 1, item 2 of S(2)  S(2)      a1",
        "b1        feature 2, item 1 of S(2)  S(2)      ('b', 2)",
        "('b', 2)  feature 2, item 2 of S(2)  S(2)      b1",
        "output",
        "-1        item 1 of S(2)             S(2)      1",
        "1         item 2 of S(2)             S(2)      -1",
        "0         invariant                  nothing   0",
    ]
    assert isinstance(symmetry.describe(), Description)
    assert repr(symmetry.describe()) == str(symmetry.describe())


ROLES = {
    "3": ["invariant 1", "invariant 2", "invariant 3"],
    "1 + O(2)": ["invariant", "component 1 under O(2)", "component 2 under O(2)"],
    "2*O(2)": [f"vector {v}, component {c} under O(2)" for v in (1, 2) for c in (1, 2)],
    "S(2)*2*O(1)": [
        f"item {i} of S(2), feature {f}, component 1 under O(1)" for i in (1, 2) for f in (1, 2)
    ],
    "2*E(1)": ["point 1, coordinate 1 under E(1)", "point 2, coordinate 1 under E(1)"],
    "2*SO(2)**2": [
        f"tensor {t}, component {i} under SO(2), component {j} under SO(2)"
        for t in (1, 2)
        for i in (1, 2)
        for j in (1, 2)
    ],
    "2*(SO(2) + 1)": [
        f"block {b}, {role}"
        for b in (1, 2)
        for role in ("component 1 under SO(2)", "component 2 under SO(2)", "invariant")
    ],
    "S(1)*E(1) + S(1)*E(1)": [
        "item 1 of S(1), coordinate 1 under E(1), block 1",
        "item 1 of S(1), coordinate 1 under E(1), block 2",
    ],
    "SO+(1,2)": [
        "time-like component 1 under SO+(1,2)",
        "space-like component 2 under SO+(1,2)",
        "space-like component 3 under SO+(1,2)",
    ],
    "U(2)": [
        f"{part} part of number {number} under U(2)"
        for part in ("real", "imaginary")
        for number in (1, 2)
    ],
    "Sp(2)": ["position 1 under Sp(2)", "momentum 1 under Sp(2)"],
    'Grid(1,2,"flip")': [f'cell of row 1, column {c} of Grid(1,2,"flip")' for c in (1, 2)],
    "S(2) wr S(2)": [f"item {i} of box {b} of S(2) wr S(2)" for b in (1, 2) for i in (1, 2)],
    "O(2).sym2": ["entry 1,1 of O(2).sym2", "entry 1,2 of O(2).sym2", "entry 2,2 of O(2).sym2"],
    "O(2).alt2 + O(2).det": ["entry 1,2 of O(2).alt2", "determinant of O(2)"],
    "S(3).pairs": ["pair 1,2 of S(3)", "pair 1,3 of S(3)", "pair 2,3 of S(3)"],
    "C(2).regular": ["element 1 of C(2)", "element 2 of C(2)"],
}


@pytest.mark.parametrize("text", ROLES)
def test_columns_are_called_by_what_they_are(text):
    assert [row.role for row in Symmetry.parse(text).describe().inputs] == ROLES[text]


@pytest.mark.parametrize(
    ("text", "names", "expression"),
    [
        ("S(n)*2 -> S(n)", {}, "S(3)*2 -> S(3)"),
        ("S(n)*2 -> S(n)", {"columns": list("abcd")}, "S(2)*2 -> S(2)"),
        ("2 -> S(n)", {"classes": list("abcd")}, "2 -> S(4)"),
        ("Sp(n)", {}, "Sp(2)"),
        ("2", {"classes": ["a", "b"]}, "2 -> 2"),
    ],
)
def test_unknown_sizes_are_those_of_the_names_or_small(text, names, expression):
    assert Symmetry.parse(text).describe(**names).expression == expression


def test_a_table_is_not_too_large():
    message = "'S(50)**2' has 2500 columns: 2000 at most are described"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        Symmetry.parse("S(50)**2").describe()


def test_coefficients_are_rounded_and_zeros_left_out():
    (turned, *_), _ = Symmetry.parse("SO(2) + 1").describe().inputs[:2]
    assert turned == "x0"
    becomes = [row.becomes[0] for row in Symmetry.parse("SO(2) + 1").describe().inputs]
    cosine, sine = (float(part.split("*")[0]) for part in becomes[0].split(" - "))
    assert_allclose(cosine**2 + sine**2, 1, atol=0.02)
    assert becomes[2] == "x2"
