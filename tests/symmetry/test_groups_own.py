"""Groups of a user's own are groups of the language by being defined."""

import copy
import pickle
import re
import subprocess
import sys
from dataclasses import dataclass

import cloudpickle
import joblib
import numpy as np
import pytest
from helpers.groups import dense, draw
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_symclone import SymmetryClonedRegressor
from sklearn_symclone.metrics import equivariance_error
from sklearn_symclone.symmetry import (
    GROUPS,
    SL,
    AffineGroup,
    Factor,
    Group,
    Matrices,
    O,
    PermutingGroup,
    S,
    Sets,
    SizedGroup,
    Symmetry,
    Z,
    equivariant_maps,
    parse_representation,
)


class Flip(PermutingGroup, SizedGroup):
    """Columns in their order or in the reverse order."""

    name = "Flip"
    other_names = ("Reversal",)
    attributes = ("ends",)

    def generating_permutations(self):
        return np.arange(self.dimension)[::-1][None]

    @property
    def ends(self):
        """One column for the set of both ends."""
        return Sets(self, ((0, self.dimension - 1),), "ends")


@dataclass(frozen=True, repr=False)
class Stretch(Group):
    """Stretchs of the plane by up to a factor, with or without a quarter turn."""

    factor: float
    kind: str = "plain"
    name = "Stretch"
    dimension = 2

    def sample(self, n_elements, random_state):
        c = self.factor ** random_state.uniform(-1, 1, size=n_elements)
        return Matrices(np.stack([c, 1 / c], axis=1)[:, :, None] * np.eye(2))


class ClosedStretch(Stretch):
    """The same, with its invariants known: entries of as many x as y."""

    name = "Stretch+"

    def invariant_products(self, signs, power):
        for entry in np.ndindex(*(2,) * len(signs)):
            if sum(sign * (1 - 2 * i) for sign, i in zip(signs, entry, strict=True)) == 0:
                yield [((axis,), np.array([[i]]), np.ones(1)) for axis, i in enumerate(entry)]


class Volumes(AffineGroup):
    """Shifts, and linear maps that keep volumes."""

    name = "Volumes"

    @property
    def linear(self):
        return SL(self.n, primes=self.primes)


GROUPS_HERE = [
    *(Flip(4), Flip("n"), Flip(3).prime, Stretch(2.0), Stretch(1.5, "Turned")),
    *(Stretch(3), ClosedStretch(2.0).prime, Volumes(2), Volumes(3, primes=2)),
]
TEXTS = [
    *("Flip(4)*3 -> Flip(4)", "S(2)*Flip(3) + Flip(3)'.pairs", "Flip(n)*O(3)"),
    *("Flip(3) wr S(2) -> (Flip(3) wr S(2)).top", "S(3) wr Flip(2)", "Flip(4).ends"),
    *('Stretch(1.5,"plain") -> Stretch(1.5,"plain").dual', 'Stretch(2,"Turned").sym2*4'),
    *('Stretch+(2,"plain")*3 + 4', 'Stretch+(2,"a b")\'.alt2 + Stretch+(2,"Ab")'),
    *("3*Volumes(2) -> Volumes(2).vector", "Volumes(n).vector"),
]


@pytest.mark.parametrize("group", GROUPS_HERE, ids=str)
def test_a_group_survives_printing_and_parsing(group):
    parsed = parse_representation(str(group))
    assert parsed == group
    assert type(parsed) is type(group)
    assert hash(parsed) == hash(group)
    assert repr(group) == f"parse_representation({str(group)!r})"


@pytest.mark.parametrize("text", TEXTS)
def test_an_expression_is_a_value(text):
    symmetry = Symmetry.parse(text)
    assert str(symmetry) == text
    for other in (
        Symmetry.parse(str(symmetry)),
        pickle.loads(pickle.dumps(symmetry)),
        copy.deepcopy(symmetry),
    ):
        assert other == symmetry
        assert joblib.hash(other) == joblib.hash(symmetry)


def test_names_and_their_classes():
    assert GROUPS["Flip"] is GROUPS["Reversal"] is Flip
    assert GROUPS["Stretch+"] is ClosedStretch
    assert GROUPS["Z"] is GROUPS["C"] is Z
    assert parse_representation("Reversal(5)") == Flip(5)


def test_a_group_that_permutes_knows_its_elements_from_its_generators():
    assert Flip(4).order == 2
    assert_array_equal(Flip(4).elements().indices, [[0, 1, 2, 3], [3, 2, 1, 0]])
    assert set(map(tuple, draw(Flip(4), 50).indices)) == {(0, 1, 2, 3), (3, 2, 1, 0)}
    assert equivariant_maps(Flip(4), Flip(4)).rank == 8
    assert equivariant_maps(Flip(4).ends, 1).rank == 1
    assert str(Symmetry(Flip("n") * 3).bind(12, 1)) == "Flip(4)*3 -> 1"


def test_random_elements_move_columns():
    symmetry = Symmetry.parse("S(2)*Stretch(1.5) + Flip(3) -> Stretch(1.5).dual")
    elements = symmetry.sample(20, random_state=0)
    squeezes = dense(elements.actions[Stretch(1.5)])
    assert_allclose(np.linalg.det(squeezes), 1)
    X = np.random.RandomState(1).standard_normal((20, 7))
    moved = symmetry.inputs.transform(elements, X)
    assert_allclose(symmetry.inputs.transform(elements.inverse(), moved), X)
    assert_allclose(symmetry.outputs.matrix(elements), np.linalg.inv(squeezes).transpose(0, 2, 1))


SIDES = [("1", "{}**2"), ("{}", "{}*3"), ("{}**2", "{}.dual*{}"), ("{}.sym2", "{}.sym2.dual")]


@pytest.mark.parametrize(("source", "target"), SIDES)
def test_invariants_are_the_same_with_and_without_a_closed_form(source, target):
    def maps(name):
        return equivariant_maps(source.format(name, name), target.format(name, name))

    found, closed = maps("Stretch(2)"), maps("Stretch+(2)")
    assert found.rank == closed.rank > 0 or "dual*" in target
    assert found.rank == closed.rank
    W = np.random.RandomState(0).standard_normal(found.shape)
    assert_allclose(closed.project(W), found.project(W), atol=1e-9)


def test_a_closed_form_is_not_a_numerical_null_space():
    text = "Stretch+(2)**5"
    assert equivariant_maps(text, text).rank == 252  # 10 over 5
    with pytest.raises(ValueError, match="a numerical null space takes"):
        equivariant_maps("Stretch(2)**7", "Stretch(2)**7")


def test_a_group_of_points_leaves_vectors_behind():
    symmetry = Symmetry.parse("4*Volumes(2) + SL(2) -> Volumes(2).vector.dual + Volumes(2).det")
    assert str(symmetry.without_shifts()) == "4*SL(2)' + SL(2) -> SL(2)'.dual + SL(2)'.det"
    assert_array_equal(symmetry.points()[Volumes(2)], np.arange(8).reshape(4, 2))
    elements = symmetry.sample(6, 0)
    turns = elements.actions[Volumes(2)].matrices
    gradients = symmetry.outputs.matrix(elements)[:, :2, :2]
    assert_allclose(gradients, np.linalg.inv(turns).transpose(0, 2, 1), atol=1e-9)
    X = np.random.RandomState(0).standard_normal((30, 6))
    areas = Symmetry.parse("3*Volumes(2) -> Volumes(2).det")

    def area(X):
        a, b, c = X.reshape(-1, 3, 2).transpose(1, 0, 2)
        return np.linalg.det(np.stack([b - a, c - a], axis=1))[:, None]

    assert equivariance_error(area, X, areas, random_state=0) < 1e-10


def test_an_estimator_takes_the_expression():
    X = np.random.RandomState(0).standard_normal((60, 4))
    y = (X[:, 0] + X[:, 3]) * (X[:, 1] + X[:, 2])
    short = {"reference_steps": 100, "clone_steps": 200, "random_state": 0}
    model = SymmetryClonedRegressor(symmetry="Flip(4)", strength=1, **short).fit(X, y)
    assert model.symmetry_ == Symmetry.parse("Flip(4) -> 1")
    difference = model.predict(X) - model.predict(X[:, ::-1])
    assert np.abs(difference).max() < 0.5 * model.predict(X).std()


# Names


@pytest.fixture
def names():
    """Forget the names that a test defines."""
    before = dict(GROUPS)
    yield
    GROUPS.clear()
    GROUPS.update(before)


@pytest.mark.parametrize(
    ("taken", "owner"),
    [
        ("S", "sklearn_symclone.symmetry.groups.symmetric.S"),
        ("Z", "sklearn_symclone.symmetry.groups.cyclic.C"),
        ("SO+", "sklearn_symclone.symmetry.groups.orthogonal.SOplus"),
        ("Flip", f"{__name__}.Flip"),
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_a_name_of_another_class_is_refused(names, taken, owner, is_first):
    before = dict(GROUPS)
    message = (
        f"Other is called '{taken}' in expressions, but that is the name of {owner}: set 'name' to "
        "one that is free"
    )
    with pytest.raises(ValueError, match=f"{re.escape(message)}$"):

        class Other(PermutingGroup):
            name = taken if is_first else "Fresh"
            other_names = () if is_first else (taken,)
            dimension = 2

    assert before == GROUPS


def test_a_class_that_is_defined_again_replaces_the_one_before(names):
    def define(n):
        class Again(PermutingGroup):
            name = "Again"
            dimension = n

            def generating_permutations(self):
                return np.arange(self.dimension)[None]

        return Again

    first, second = define(2), define(3)
    assert GROUPS["Again"] is second
    assert parse_representation("Again()").dimension == 3
    assert parse_representation("Again()") != first()
    # a value of the old class does not bring it back
    copy.deepcopy(first())
    assert GROUPS["Again"] is second


@pytest.mark.parametrize("wrong", ["mirror", "My_Group", "A B", "", "+", "SO+(1", 3, None])
def test_a_name_that_cannot_be_read_is_refused(names, wrong):
    with pytest.raises(ValueError, match=r"^a name in expressions must be a capital letter, more"):

        class Other(PermutingGroup):
            name = wrong


@pytest.mark.parametrize("wrong", ["Top", "a", "top_level", 3])
def test_an_attribute_that_cannot_be_read_is_refused(names, wrong):
    with pytest.raises(ValueError, match=r"^a name in expressions must be a small letter, more"):

        class Other(PermutingGroup):
            attributes = (wrong,)


def test_a_base_of_several_groups_needs_no_name(names):
    before = dict(GROUPS)

    class Base(PermutingGroup):
        dimension = 2

    assert before == GROUPS
    assert issubclass(Base, Factor)


def test_a_group_without_an_attribute_says_so():
    with pytest.raises(ValueError, match=r"'S\(3\)' has no \.ends"):
        parse_representation("S(3).ends")
    with pytest.raises(ValueError, match=r"known: \.dual, \.det, .*\.top, .*\.ends, \.sets"):
        parse_representation("Flip(3).starts")


def test_a_sum_with_a_group_of_a_plus_sign_nearby():
    assert parse_representation("S(2) + Stretch+(2)") == S(2) + ClosedStretch(2)
    assert parse_representation("S(2)+(O(2))") == S(2) + O(2)


SCRIPT = """
import sys
from pathlib import Path
import cloudpickle
from sklearn_symclone.symmetry import Symmetry
symmetry = cloudpickle.loads(Path(sys.argv[1]).read_bytes())
assert Symmetry.parse(str(symmetry)) == symmetry
print(symmetry, symmetry.order)
"""


def test_a_class_of_a_script_goes_along_with_its_values(names, tmp_path):
    """cloudpickle builds it empty in the other process, and names it afterwards."""

    class Local(PermutingGroup):
        name = "Local"
        dimension = 3

        def generating_permutations(self):
            return np.array([[1, 2, 0]])

    path = tmp_path / "symmetry.pkl"
    path.write_bytes(cloudpickle.dumps(Symmetry(2 * Local() + S(2))))
    command = [sys.executable, "-c", SCRIPT, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout == "2*Local() + S(2) 6\n"
