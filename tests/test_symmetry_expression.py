"""Expressions are read as they are written, errors show the place, and columns bind sizes."""

import itertools
import math
import pickle
import random
import re

import joblib
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_symclone.symmetry import (
    SO,
    C,
    D,
    Grid,
    O,
    S,
    Signs,
    SOplus,
    Symmetry,
    Trivial,
    as_symmetry,
    parse_representation,
)

# The text, what it means as operators, and its normal form where that is not the text.
EXPRESSIONS = [
    ("2*O(5)", 2 * O(5), None),
    ("5 + 5*O(3)", 5 + 5 * O(3), None),
    ("S(5) + S(5)*O(3)", S(5) + S(5) * O(3), None),
    ("S(5)*4", S(5) * 4, None),
    ("4*SO+(1,3)", 4 * SOplus(1, 3), None),
    ('Grid(3,3,"D4")*3', Grid(3, 3, "D4") * 3, None),
    ("S(n)", S("n"), None),
    ("n*O(3)", Trivial("n") * O(3), None),
    ("S(n)*O(3)", S("n") * O(3), None),
    ("S(3)", S(3), None),
    ("S(3)'", S(3).prime, None),
    ("S(3)''", S(3).prime.prime, None),
    ("S(3)*S(3)'", S(3) * S(3).prime, None),
    ("7", Trivial(7), None),
    ("n", Trivial("n"), None),
    ("C(4) + D(6) + Signs(2)", C(4) + D(6) + Signs(2), None),
    ("SO(3)*SO(2,2)", SO(3) * SO(2, 2), None),
    ('Grid(3,4,"T(2)")', Grid(3, 4, "T(2)"), None),
    ('Grid(2,2,"C4")\'*2', Grid(2, 2, "C4").prime * 2, None),
    ("O(1,3).dual", O(1, 3).dual, None),
    ("O(1,3)'.dual**2", O(1, 3).prime.dual ** 2, None),
    ("O(3).dual", O(3), "O(3)"),
    ("O(1,3).dual.dual", O(1, 3), "O(1,3)"),
    ("(O(1,3) + 2).dual", O(1, 3).dual + 2, "O(1,3).dual + 2"),
    ("2+3*O(2)**2", 2 + 3 * (O(2) ** 2), "2 + 3*O(2)**2"),
    ("(2+3)*O(2)", (Trivial(2) + 3) * O(2), "(2 + 3)*O(2)"),
    ("2*(3*O(2))", 6 * O(2), "6*O(2)"),
    ("((S(2)))", S(2), "S(2)"),
    (
        "(S(2)*(1 + (O(2) + S(2))))**2",
        (S(2) * (1 + O(2) + S(2))) ** 2,
        "S(2)*(1 + O(2) + S(2))*S(2)*(1 + O(2) + S(2))",
    ),
    ("(1 + O(3))**2", (1 + O(3)) ** 2, None),
    ("1*O(3)*1", O(3), "O(3)"),
    ("O(3)*O(3)", O(3) ** 2, "O(3)**2"),
    ("O(3)**1", O(3), "O(3)"),
    ("O(3,0)", O(3), "O(3)"),
    ("  S( 5 )+S (5)*\tO(3)  ", S(5) + S(5) * O(3), "S(5) + S(5)*O(3)"),
    ("SO+ ( 1 , 3 ) + SO(3)+ 1", SOplus(1, 3) + SO(3) + 1, "SO+(1,3) + SO(3) + 1"),
    ('Grid( 2,2 , "D4" ) *3', Grid(2, 2, "D4") * 3, 'Grid(2,2,"D4")*3'),
    ("S(3) ' . dual ** 2", S(3).prime ** 2, "S(3)'**2"),
    ("S(2)\n + S(3)", S(2) + S(3), "S(2) + S(3)"),
]


@pytest.mark.parametrize(("text", "value", "normal"), EXPRESSIONS, ids=[e[0] for e in EXPRESSIONS])
def test_an_expression_means_its_operators(text, value, normal):
    assert parse_representation(text) == value
    assert str(value) == (normal or text)
    assert parse_representation(str(value)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("S(5) + S(5)*O(3) -> O(3)**2", S(5) + S(5) * O(3) >> O(3) ** 2),
        ("5 + 5*O(3)->O(3)**2", 5 + 5 * O(3) >> O(3) ** 2),
        ("S(2)*2 -> 1 + S(2)", S(2) * 2 >> 1 + S(2)),
        ("S(5)*(S(4) + 13)", Symmetry(S(5) * (S(4) + 13))),
        ("3 -> n", Trivial(3) >> Trivial("n")),
        ("O(3) -> 1", O(3) >> 1),
        ("S(3)' -> Grid(2,2,\"C4\")'", S(3).prime >> Grid(2, 2, "C4").prime),
        ("O(1,3) -> O(1,3).dual", O(1, 3) >> O(1, 3).dual),
    ],
)
def test_a_symmetry_is_a_value(text, value):
    symmetry = Symmetry.parse(text)
    assert symmetry == value
    assert hash(symmetry) == hash(value)
    assert Symmetry.parse(str(symmetry)) == symmetry
    assert eval(repr(symmetry)) == symmetry
    assert pickle.loads(pickle.dumps(symmetry)) == symmetry
    assert joblib.hash(symmetry) == joblib.hash(Symmetry.parse(text))


def test_outputs_are_part_of_the_value():
    values = [Symmetry.parse(text) for text in ("3", "3 -> 1", "3 -> S(3)", "S(3) -> 3", "1 -> 3")]
    assert len(set(values)) == len(values)
    assert repr(values[1]) == "Symmetry.parse('3 -> 1')"


class RandomExpression:
    """A random expression: the value by operators, the number of columns, and a loose text."""

    LEAVES = (
        *((S(3), 3, "S(3)"), (S(2).prime, 2, "S(2)'"), (C(4), 4, "C( 4 )"), (D(3), 3, "D(3)")),
        *((Signs(2), 2, "Signs(2)"), (O(3), 3, "O(3)"), (O(1, 2), 3, "O(1 ,2)")),
        *((SO(2), 2, "SO(2)"), (SOplus(1, 3), 4, "SO+(1,3)"), (SO(2, 1).prime, 3, "SO (2,1)'")),
        *((Grid(2, 2, "D4"), 4, 'Grid(2,2,"D4")'), (Grid(1, 3, "T(2)"), 3, 'Grid(1,3,"T(2)" )')),
        *((Trivial(1), 1, "1"), (Trivial(2), 2, "2"), (Trivial(3), 3, " 3")),
    )

    def __init__(self, draw, depth):
        kind = draw.choice(["leaf", "sum", "product", "power", "dual"]) if depth else "leaf"
        if kind == "leaf":
            self.value, self.dimension, self.text = draw.choice(self.LEAVES)
            return
        first = RandomExpression(draw, depth - 1)
        space = draw.choice(["", " ", "  "])
        if kind == "dual":
            self.value, self.dimension = first.value.dual, first.dimension
            self.text = f"({first.text}).dual"
        elif kind == "power":
            k = draw.randint(1, 3)
            self.value, self.dimension = first.value**k, first.dimension**k
            self.text = f"({first.text}){space}**{space}{k}"
        else:
            second = RandomExpression(draw, depth - 1)
            if kind == "sum":
                self.value = first.value + second.value
                self.dimension = first.dimension + second.dimension
                self.text = f"{first.text}{space}+{space}({second.text})"
            else:
                self.value = first.value * second.value
                self.dimension = first.dimension * second.dimension
                self.text = f"({first.text}){space}*{space}({second.text})"


@pytest.mark.parametrize("seed", range(10))
def test_random_expressions_survive_printing_and_parsing(seed):
    draw = random.Random(seed)
    for _ in range(40):
        inputs, outputs = (RandomExpression(draw, draw.randint(1, 4)) for _ in range(2))
        assert parse_representation(inputs.text) == inputs.value
        assert parse_representation(str(inputs.value)) == inputs.value
        assert inputs.value.dimension == inputs.dimension
        symmetry = Symmetry.parse(f"{inputs.text}->{outputs.text}")
        assert symmetry == (inputs.value >> outputs.value)
        assert Symmetry.parse(str(symmetry)) == symmetry


def accepts(build, *args):
    try:
        build(*args)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("name", ["n", "x", "items", "n_1", "\N{GREEK SMALL LETTER ALPHA}", "N"])
def test_python_takes_the_unknowns_that_the_language_takes(name):
    assert accepts(S, name) == accepts(Symmetry.parse, f"S({name})")
    assert accepts(Trivial, name) == accepts(Symmetry.parse, name)


# Errors

SYNTAX_ERRORS = [
    # text, column of the caret
    ("", 0),
    ("  ", 2),
    ("S(5", 3),
    ("S(5)+", 5),
    ("S(5))", 4),
    ("(S(5)", 5),
    ("()", 1),
    ("S(5) @ O(3)", 5),
    ("S(5) + + O(3)", 7),
    ("S(3)*", 5),
    ("* S(3)", 0),
    ("5 5", 2),
    ("S(3) O(3)", 5),
    ("-> 1", 0),
    ("1 ->", 4),
    ("1 -> 2 -> 3", 7),
    ("1 - 2", 2),
    ("S", 1),
    ("S + 1", 2),
    ("SO+", 2),
    ("SO +(1,3)", 3),
    ("s(3)", 1),
    ("nn", 0),
    ("3*ab", 2),
    ("O(3).dul", 5),
    ("O(3).dual'", 9),
    ("O(3)**", 6),
    ("O(3)**n", 6),
    ("O(3)**-1", 6),
    ("O(3)***2", 6),
    ("O(-3)", 0),
    ("S(1.5)", 0),
    ("S(3,)", 4),
    ("Grid(3,3,D4)", 9),
    ('Grid(3,3,"D4)', 9),
    ("O(3) -> O(3)*(2 + S(2)", 22),
    # what reads well but means nothing
    ("Q(3)", 0),
    ("S(2) + Sp(5)*3", 7),
    ("2*(S(2) + Q(3)) -> 1", 10),
    ("1 + 0", 4),
    ("1 + S(0)", 4),
    ("1 + S()", 4),
    ("1 + S(3,4)", 4),
    ('O(3) -> S("A")', 8),
    ("O(3) + SO+(3)", 7),
    ("O(3) + O(1,n)", 7),
    ("2 + O(n,1)", 4),
    ("2*Grid(3,3)", 2),
    ('2*Grid(3,4,"C4")', 2),
    ('2*Grid(3,3,"Z")', 2),
    ('2*Grid(n,3,"T(2)")', 2),
    ("1 + O(3)**0", 4),
]


@pytest.mark.parametrize(("text", "column"), SYNTAX_ERRORS)
def test_errors_have_a_caret_under_the_place(text, column):
    with pytest.raises(ValueError, match=re.escape(f"symmetry {text!r}: ")) as caught:
        Symmetry.parse(text)
    assert str(caught.value).split("\n")[1:] == [f"    {text}", "    " + " " * column + "^"]


def test_the_caret_stands_under_the_place_in_a_text_of_two_lines():
    with pytest.raises(ValueError, match="no group is called 'Q'") as caught:
        Symmetry.parse("S(3) +\n  Q(2)")
    *_, line, caret = str(caught.value).split("\n")
    assert line[caret.index("^") :].startswith("Q")


START = "expected ( or a group or a number or an unknown such as n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("S(5) @ O(3)", "cannot read '@', expected"),
        ("S(5) +", f"the expression ends too early, {START}\n"),
        ("-> 1", f"'->' cannot stand here, {START}\n"),
        ("S(5))", "')' cannot stand here, expected the end\n"),
        ("S(5", "the expression ends too early, expected ) or a comma\n"),
        ("O(3)**n", "'n' cannot stand here, expected a number\n"),
        ("1.dul", "there is no .dul; known: .dual, .det, "),
        (
            "Q(3)",
            "no group is called 'Q'; there are A, C, Cube, D, E, ",
        ),
        ("S(3,4)", "S does not take the 2 arguments (3, 4)\n"),
        (
            "S(0)",
            "n of S(n) must be a whole number of at least 1, or one lower-case unknown such as "
            "'n'; got 0\n",
        ),
        (
            'Grid(3,4,"D4")',
            'Grid(3,4,"D4") is not square: only square grids can be turned by a quarter; '
            'use "T(2)" for shifts\n',
        ),
        ("1 + O(3)**0", "a tensor power needs a whole exponent of at least 1, got 0\n"),
    ],
)
def test_errors_say_what_is_wrong(text, message):
    with pytest.raises(ValueError, match="^" + re.escape(f"symmetry {text!r}: {message}")):
        Symmetry.parse(text)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (
            lambda: Symmetry("S(3)"),
            "inputs of a Symmetry must be a Representation, got 'S(3)'",
        ),
        (
            lambda: Symmetry(None),
            "inputs of a Symmetry must be a Representation, got None",
        ),
        (
            lambda: Symmetry(S(3), "1"),
            "outputs of a Symmetry must be a Representation, got '1'",
        ),
        (lambda: Symmetry.parse(5), "a symmetry expression must be a string, got 5"),
        (
            lambda: as_symmetry(5.0),
            "symmetry must be a Symmetry, its string or None, got 5.0",
        ),
    ],
)
def test_only_representations_make_a_symmetry(build, message):
    with pytest.raises(TypeError, match=f"^{re.escape(message)}$"):
        build()


def test_as_symmetry_takes_every_form():
    symmetry = Symmetry(S(3))
    assert as_symmetry(symmetry) is symmetry
    assert as_symmetry(S(3)) == as_symmetry("S(3)") == symmetry
    assert Symmetry(5, 2) == Symmetry.parse("5 -> 2")


def test_two_unknowns_are_refused():
    message = (
        "symmetry 'S(n)*m -> O(k)' has the unknowns k, m, n: only one can be solved from the "
        "number of columns"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        Symmetry.parse("S(n)*m -> O(k)")


# Binding


@pytest.mark.parametrize(
    ("text", "n_features", "n_outputs", "bound"),
    [
        ("S(5)*O(3)", 15, 1, "S(5)*O(3) -> 1"),
        ("S(5)", 5, 4, "S(5) -> 4"),
        ("S(n)", 6, 2, "S(6) -> 2"),
        ("n*O(3)", 12, 1, "4*O(3) -> 1"),
        ("n*O(3)", 3, 1, "O(3) -> 1"),
        ("S(n)*O(3) -> S(n)", 12, 4, "S(4)*O(3) -> S(4)"),
        ("n + n*O(3) -> n", 8, 2, "2 + 2*O(3) -> 2"),
        ("S(n)**2 + S(n)", 12, 1, "S(3)**2 + S(3) -> 1"),
        ("O(3) + n", 3 + 40, 1, "O(3) + 40 -> 1"),
        ("O(n) -> O(n)**2", 3, 9, "O(3) -> O(3)**2"),
        ("4 -> n", 4, 3, "4 -> 3"),
        ("S(4) -> S(n)*2", 4, 6, "S(4) -> S(3)*2"),
        ("n", 1, 1, "1 -> 1"),
    ],
)
def test_binding_solves_the_unknown(text, n_features, n_outputs, bound):
    symmetry = Symmetry.parse(text).bind(n_features, n_outputs)
    assert str(symmetry) == bound
    assert symmetry.unknowns == frozenset()
    assert symmetry.inputs.dimension == n_features
    assert symmetry.outputs.dimension == n_outputs
    assert symmetry.bind(n_features, n_outputs) == symmetry


@pytest.mark.parametrize(
    ("text", "n_features", "n_outputs", "message"),
    [
        (
            "S(5)*O(3)",
            16,
            1,
            "symmetry 'S(5)*O(3)' needs 15 columns in X, X has 16: add '+ 1' for 1 invariant "
            "column",
        ),
        (
            "S(5)*O(3)",
            18,
            1,
            "symmetry 'S(5)*O(3)' needs 15 columns in X, X has 18: add '+ 3' for 3 invariant "
            "columns",
        ),
        (
            "S(5)*O(3)",
            13,
            1,
            "symmetry 'S(5)*O(3)' needs 15 columns in X, X has 13: remove 2 columns from "
            "'S(5)*O(3)' or add them to X",
        ),
        (
            "O(3) -> O(3)**2",
            3,
            10,
            "symmetry 'O(3) -> O(3)**2' needs 9 columns in the target, the target has 10: add "
            "'+ 1' for 1 invariant column",
        ),
        (
            "3 -> 1",
            3,
            3,
            "symmetry '3 -> 1' needs 1 column in the target, the target has 3: add '+ 2' for 2 "
            "invariant columns",
        ),
        (
            "S(n)*O(3)",
            13,
            1,
            "symmetry 'S(n)*O(3)': no n fits, X has 13 columns where 'S(n)*O(3)' needs 12 for "
            "n=4 and 15 for n=5",
        ),
        (
            "S(n)*O(3)",
            2,
            1,
            "symmetry 'S(n)*O(3)': no n fits, X has 2 columns where 'S(n)*O(3)' needs 3 for n=1",
        ),
        (
            "4 -> n**2",
            4,
            5,
            "symmetry '4 -> n**2': no n fits, the target has 5 columns where 'n**2' needs 4 for "
            "n=2 and 9 for n=3",
        ),
    ],
)
def test_binding_to_the_wrong_columns(text, n_features, n_outputs, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        Symmetry.parse(text).bind(n_features, n_outputs, target="the target")


def test_the_outputs_of_a_solved_unknown_are_checked():
    with pytest.raises(ValueError, match=r"needs 4 columns in y, y has 3: remove 1 column"):
        Symmetry.parse("S(n)*O(3) -> S(n)").bind(12, 3)


def test_no_columns_bind_no_unknown():
    with pytest.raises(ValueError, match="no n fits"):
        Symmetry.parse("n").bind(0, 1)


# The group


@pytest.mark.parametrize(
    ("text", "groups", "order"),
    [
        ("5", [], 1),
        ("S(5)*O(3)", ["S(5)", "O(3)"], math.inf),
        ("S(3) + C(4)", ["S(3)", "C(4)"], 24),
        ("S(3) + S(3)*2 -> S(3)", ["S(3)"], 6),
        ("S(3)*S(3)' -> S(3)", ["S(3)", "S(3)'"], 36),
        ("3 -> S(3) + O(1)", ["S(3)", "O(1)"], 12),
        ('Grid(3,3,"D4")*3 -> Signs(2)', ['Grid(3,3,"D4")', "Signs(2)"], 32),
        ("O(1,3).dual -> SO(2)", ["O(1,3)", "SO(2)"], math.inf),
    ],
)
def test_the_group_is_the_product_of_the_groups_named(text, groups, order):
    symmetry = Symmetry.parse(text)
    assert list(map(str, symmetry.groups)) == groups
    assert symmetry.order == order


def test_elements_are_all_combinations_of_the_elements_of_the_groups():
    symmetry = Symmetry.parse("S(3) + C(2) -> O(1)*S(3)")
    elements = symmetry.elements()
    inputs, outputs = symmetry.inputs.matrix(elements), symmetry.outputs.matrix(elements)
    expected = set()
    for p, shift, sign in itertools.product(itertools.permutations(range(3)), (0, 1), (1.0, -1.0)):
        P, R = np.eye(3)[list(p)], np.roll(np.eye(2), shift, axis=0)
        corner = np.zeros((3, 2))
        moves = np.block([[P, corner], [corner.T, R]])
        expected.add((*moves.ravel(), *(sign * P).ravel()))
    found = [(*a.ravel(), *b.ravel()) for a, b in zip(inputs, outputs, strict=True)]
    assert len(elements) == len(found) == 24
    assert set(found) == expected
    assert_array_equal(inputs[0], np.eye(5))
    assert_array_equal(outputs[0], np.eye(3))


def test_the_product_of_no_groups_has_one_element():
    symmetry = Symmetry.parse("2 -> 3")
    assert len(symmetry.elements()) == 1
    assert_array_equal(symmetry.inputs.matrix(symmetry.elements()), [np.eye(2)])
    assert len(symmetry.sample(4, random_state=0)) == 4


def test_elements_of_an_infinite_group_cannot_be_listed():
    message = "O(3) is infinite: its elements cannot be listed"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        Symmetry.parse("S(3)*O(3)").elements()


def test_random_elements_are_determined_by_the_seed():
    symmetry = Symmetry.parse("S(3)*O(3) + Signs(2) -> SO+(1,3)")

    def draw(seed):
        elements = symmetry.sample(5, random_state=seed)
        return [side.matrix(elements) for side in (symmetry.inputs, symmetry.outputs)]

    for first, again, other in zip(draw(0), draw(np.random.RandomState(0)), draw(1), strict=True):
        assert_array_equal(first, again)
        assert np.all(np.any(first != other, axis=(1, 2)))


def test_one_group_moves_inputs_and_outputs_alike():
    symmetry = Symmetry.parse("2*O(3) -> O(3)")
    elements = symmetry.sample(6, random_state=0)
    X = np.random.RandomState(1).standard_normal((6, 6))
    moved = symmetry.inputs.transform(elements, X)
    difference = symmetry.outputs.transform(elements, X[:, :3] - X[:, 3:])
    assert_allclose(difference, moved[:, :3] - moved[:, 3:], atol=1e-12)


def test_random_elements_need_known_sizes():
    with pytest.raises(ValueError, match=r"the size 'n' in 'S\(n\)' is not known yet"):
        Symmetry.parse("S(n)").sample(3)
