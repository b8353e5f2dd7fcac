"""Expressions are read as they are written, and errors show the place."""

import random
import re

import pytest

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
    ('Grid(6,7,"mirror")*3', Grid(6, 7, "mirror") * 3, None),
    ('Grid(6,7,"mirror+flip")', Grid(6, 7, "mirror+flip"), None),
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


REGULAR = "the regular representation has a column for each element, and"
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
        ("Q(3)", "no group is called 'Q'; there are A, C, Cube, D, E, "),
        ("S(3,4)", "S does not take the 2 arguments (3, 4)\n"),
        (
            "S(0)",
            "n of S(n) must be a whole number of at least 1, or one lower-case unknown such as "
            "'n'; got 0\n",
        ),
        (
            'Grid(3,4,"D4")',
            'Grid(3,4,"D4") is not square: only square grids can be turned by a quarter; '
            'use "mirror", "flip" or "mirror+flip" for reflections, "T(2)" for shifts that go '
            "round\n",
        ),
        (
            'Grid(n,n,"C4")',
            "the size 'n' in 'Grid' is not known yet: bind it to data first, or write a number in "
            "its place\n"
            '    Grid(n,n,"C4")\n'
            "    ^",
        ),
        (
            "S(n).part(0)",
            "the size 'n' in 'S(n)' is not known yet: bind it to data first, or write",
        ),
        ("Polygon(n)", "the size 'n' in 'Polygon(n)' is not known yet: bind it to data first, or"),
        (
            "2*Grid(3,3)",
            'Grid(3,3) has no kind: add one of "mirror", "flip", "mirror+flip", "C4", "D4", '
            '"T(2)", as in Grid(3,3,"mirror")\n',
        ),
        (
            "9**9999999",
            "9 to the power 9999999 is a number of 9542425 digits: 10^18 columns at most",
        ),
        ("S(3)**100000", "'S(3)' to the power 100000 is a product of 100000 factors: 30 at most"),
        (
            "(S(3)*2)**16",
            "'S(3)*2' to the power 16 is a product of 32 factors: 30 at most are allowed",
        ),
        ("*".join(["S(2)"] * 31), "'S(2)*...' is a product of 31 factors: 30 at most are allowed"),
        ("S(2)**12345678901234567890", "a whole number of 20 digits stands here: 19 at most"),
        ("S(12345678901234567890)", "a whole number of 20 digits stands here: 19 at most"),
        ("2000000000000000000", "the number of invariant columns must be 10^18 at most; got 2000"),
        ("10**18*10", "the number of invariant columns must be 10^18 at most; got 1000"),
        ("S(2000000000000000000)", "n of S(n) must be 10^18 at most; got 2000000000000000000\n"),
        ("S(1000000).regular", f"{REGULAR} S(1000000) is of more than 10^24 elements: 10000 are"),
        ("Signs(100000).regular", f"{REGULAR} Signs(100000) is of more than 10^24 elements: 10000"),
        (
            "(S(2) wr S(1000000)).regular",
            f"{REGULAR} S(2) wr S(1000000) is of more than 10^24 elements: 10000 are allowed",
        ),
        ("S(20000).pairs", "'S(20000).pairs' has 199990000 columns: 1000000 at most are allowed"),
        ("S(1).pairs", "'S(1).pairs' has no columns: one point makes no pair"),
        (
            "(S(3) wr S(1000000)).top",
            "sets of the points of S(3) wr S(1000000) cannot be listed, which has 3000000 columns: "
            "100000 at most are allowed",
        ),
        (
            "S(1000000).sets([0])",
            "sets of the points of S(1000000) cannot be listed, which has 1000000 columns: 100000",
        ),
        (
            "O(2000).part(0)",
            "'O(2000).part(0)' is a part of a group of 2000 columns: 1000 at most are allowed",
        ),
        ("1 + O(3)**0", "a tensor power needs a whole exponent of at least 1, got 0\n"),
    ],
)
def test_errors_say_what_is_wrong(text, message):
    with pytest.raises(ValueError, match="^" + re.escape(f"symmetry {text!r}: {message}")):
        Symmetry.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "S(3)" + ".dual" * 2000,
        "O(3)" + ".alt2" * 2000,
        "S(3)" + " wr S(2)" * 2000,
        "PermutationGroup(" + "[" * 2000 + "0" + "]" * 2000 + ")",
    ],
    ids=["dual", "alt2", "wr", "lists"],
)
def test_deep_expressions_are_refused(text):
    with pytest.raises(ValueError, match=r"is nested \d{4} deep: 100 at most are allowed"):
        Symmetry.parse(text)


def test_deep_parentheses_and_long_sums_are_read():
    assert parse_representation("(" * 2000 + "S(3)" + ")" * 2000) == S(3)
    assert parse_representation(" + ".join(["S(3)"] * 500)).dimension == 1500


def test_an_error_shows_the_part_of_a_long_expression_that_is_wrong():
    text = "S(3) + " * 100 + "S(3)S(4)" + " + S(3)" * 100
    with pytest.raises(ValueError, match="'S' cannot stand here") as caught:
        Symmetry.parse(text)
    first, line, mark = str(caught.value).split("\n")
    assert len(first) < 400
    assert len(line) < 250
    assert line[mark.index("^") :].startswith("S(4) + ")


@pytest.mark.parametrize("text", ["S(1000).pairs", 'Grid(28,28,"D4").pairs', "S(5000).part({})"])
def test_large_expressions_survive_printing_and_parsing(text):
    text = text.format(",".join(map(str, range(5000))))
    assert str(parse_representation(text)) == text
