"""Which families there are by name, which one is chosen, and why others are not."""

import pickle
import re

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from torch import nn

from sklearn_symclone import SymmetryClonedRegressor
from sklearn_symclone.references import (
    FAMILIES,
    Family,
    Fit,
    check_family,
    choose_family,
    families,
    refusals,
    register,
    rivals_of,
    unregister,
)
from sklearn_symclone.references.layers.networks import mlp
from sklearn_symclone.references.registry import family_of, is_built_in
from sklearn_symclone.symmetry import S, Symmetry

from ._helpers import assert_refused

#: Those of this library in the order in which "auto" asks them, and one of a user.
KNOWN = (
    "'sets', 'pairs', 'egnn', 'invariants', 'pooled', 'units', 'average', 'pointwise', 'tensors', "
    "'additive', 'quadratic', 'linear', 'mine'"
)

NO_PRODUCTS = "products are too many, or none has the symmetry; 'linear' does without"


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("S(5) -> 1", "sets"),
        ("S(200) -> 1", "sets"),
        ("S(200)*O(3) -> 1", "pooled"),
        ("2*Scaling(1) + Scaling(1)' -> Scaling(1)**2*(Scaling(1)'.dual)**2", "units"),
        ("2*SU(2) -> SU(2).alt2", "tensors"),
        ("S(100)*4 -> 3", "sets"),
        ("S(3)*S(3)' -> S(3)", "sets"),
        ("S(5)*(S(4) + 13) -> 10", "sets"),
        ("S(2)*2 -> 1 + S(2)", "sets"),
        ("2*O(5) -> 1", "invariants"),
        ("5 + 5*O(3) -> O(3)**2", "invariants"),
        ("S(5) + S(5)*O(3) -> O(3)**2", "invariants"),
        ("4*SO+(1,3) -> 1", "invariants"),
        ("SO(3) + O(1,3) -> 1", "tensors"),
        ("2*O(1) -> 1", "invariants"),
        ("O(1)**2 -> 1", "average"),
        ('Grid(3,3,"D4")*3 -> 2', "average"),
        ('Grid(16,16,"T(2)") -> 10', "average"),
        ('Grid(16,17,"T(2)") -> 10', "pointwise"),
        ("C(5) -> 1", "average"),
        ("S(3) + Signs(2) -> 1", "average"),
        ("Signs(8) -> 1", "average"),
        ("Signs(9) -> 1", "pointwise"),
        ("S(6)*2 -> S(6).alt2", "pointwise"),
        ("S(6)*2 -> S(6).det", None),
        ("S(4)*O(3) -> S(4).alt2*O(3)", "tensors"),
        ("S(5)**2 -> 1", "pairs"),
        ("S(6)**2 -> 1", "pairs"),
        ("S(23)**2 -> 1", "pairs"),
        ("S(40).pairs + S(40)*3 -> S(40)", "pairs"),
        ("S(4)**3 -> 1", "average"),
        ("S(6).pairs*S(6) -> 1", "pointwise"),
        ("S(3) -> S(3)**2", "pairs"),
        ("S(5) + S(5)*E(3) + S(5)*E(3).vector -> S(5)*E(3)", "egnn"),
        ("S(4)*O(2) -> S(4)*O(2)", "egnn"),
        ("S(3) + 4 -> O(1)", "average"),
        ("O(3)**2 -> 1", "tensors"),
        ("O(3) -> O(3)**3", "tensors"),
        ("C(3)*O(3) -> 1", "tensors"),
        ("S(2)*S(3)*O(3) -> 1", "tensors"),
        ("S(4)**2*O(3) -> 1", "tensors"),
        ("S(2)*O(3) + S(3) -> 1", "invariants"),
        ("A(6)**2 -> A(6)", "pointwise"),
        ("GL(2) + GL(2).dual -> 1", "tensors"),
        ("O(3) -> O(3)**5", None),
        ("C(3)*O(3)**4 -> 1", None),
        ("S(20)**2*O(3) -> 1", None),
        ("C(3) + O(1,3)**4 -> 1", None),
        ("4 -> O(3)", None),
        ("4 -> SL(3)", None),
        ("4 -> 1", "average"),
    ],
)
def test_auto_takes_the_first_family_that_can(text, family):
    symmetry = Symmetry.parse(text)
    able = [name for name, refusal in refusals(symmetry).items() if refusal is None]
    assert able[:1] == ([family] if family else [])
    if family:
        assert choose_family(symmetry) == family
        check_family(family, symmetry)
    else:
        with pytest.raises(ValueError, match="no reference family can have the symmetry"):
            choose_family(symmetry)


@pytest.mark.parametrize(
    ("text", "unknown", "average", "tensors", "additive", "quadratic", "linear"),
    [
        (
            "C(3)*O(3)**4 -> 1",
            "C(3), O(3)",
            "the group is infinite, and an average over more than 256 is taken by sampling",
            "its blocks have 128 columns at most, 'C(3)*O(3)*O(3)*O(3)*O(3)' has 243",
            "it knows no interactions of items",
            NO_PRODUCTS,
            "it knows linear functions only",
        ),
        (
            "C(3) -> O(3)",
            "C(3), O(3)",
            "the group is infinite, and an average over more than 256 is taken by sampling",
            "no layer of it builds 'O(3)' from the inputs",
            "it would know constants alone",
            "it would know constants alone",
            "it would know constants alone",
        ),
        (
            "C(3) + O(1,3)**4 -> 1",
            "C(3), O(1,3)",
            "there is no average over what is not compact, here O(1,3)",
            "its blocks have 128 columns at most, 'O(1,3)*O(1,3)*O(1,3)*O(1,3)' has 256",
            "it knows no interactions of items",
            NO_PRODUCTS,
            "it knows linear functions only",
        ),
    ],
)
def test_without_a_family_the_reasons_of_all_are_given(
    text, unknown, average, tensors, additive, quadratic, linear
):
    vector = unknown.split(", ")[1]
    message = (
        f"no reference family can have the symmetry '{text}' ('sets': it knows symmetric groups "
        f"S(n) only, not {unknown}; 'pairs': it knows a symmetric group S(n) only, not {unknown}; "
        "'egnn': it knows the items of one S(n) with vectors of one O(n) or E(n); "
        "'invariants': it knows O, SO, SO+, Sp and S(n), not C(3); "
        "'pooled': it takes at least two items; "
        f"'units': it knows changes of scale Scaling(n) only, not {unknown}; "
        f"'average': {average}; 'pointwise': it needs columns that are permuted, up to signs, "
        f"'{vector}' are not; 'tensors': {tensors}; 'additive': {additive}; "
        f"'quadratic': {quadratic}; 'linear': {linear}). "
        "State fewer groups, or give as reference a callable that takes the symmetry and returns "
        "an nn.Module"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        choose_family(Symmetry.parse(text))


@pytest.mark.parametrize(
    ("text", "rivals"),
    [
        ("S(5)**2 -> 1", ["average", "pointwise"]),
        ("S(6)**2 -> 1", ["pointwise"]),  # an average over 720 elements is not exact
        ("S(7)**2 -> 1", []),  # 49 columns
    ],
)
def test_held_out_samples_compare_pairs_with_what_auto_could_take_else(text, rivals):
    assert rivals_of("pairs", Symmetry.parse(text)) == rivals


# Families of a user's own


class Total(nn.Module):
    """A network of the sum of all columns."""

    def __init__(self, symmetry):
        super().__init__()
        self.layers = mlp(1, 8, symmetry.outputs.dimension)

    def forward(self, x):
        return self.layers(x.sum(1, keepdim=True))


def refuses(symmetry):
    columns = S(symmetry.inputs.dimension) >> symmetry.outputs.dimension
    return None if symmetry == columns else "it knows one set of columns"


MINE = Family(refuses, Total, Fit(steps=20))


@pytest.fixture
def mine():
    register("mine", MINE)
    yield "mine"
    unregister("mine")


@pytest.fixture(scope="module")
def table():
    X = np.random.RandomState(0).standard_normal((60, 4))
    return X, np.tanh(X.sum(axis=1))


def model(**parameters):
    settings = {
        "symmetry": "S(4)",
        "reference": "mine",
        "hidden_layer_sizes": (8, 8),
        "clone_steps": 20,
        "max_iter": 2,
        "random_state": 0,
    }
    return SymmetryClonedRegressor(**{**settings, **parameters})


def test_built_in_families_stand_in_the_order_in_which_auto_asks():
    special = ["sets", "pairs", "egnn", "invariants", "pooled", "units"]
    general = ["average", "pointwise", "tensors"]
    assert list(FAMILIES) == [*special, *general, "additive", "quadratic", "linear"]
    assert families() is FAMILIES
    assert all(map(is_built_in, FAMILIES))
    with pytest.raises(TypeError):
        FAMILIES["mine"] = MINE


def test_a_registered_family_comes_last(mine):
    assert list(FAMILIES)[-1] == mine
    assert FAMILIES[mine] is MINE
    assert not is_built_in(mine)
    symmetry = Symmetry.parse("S(4) -> 1")
    check_family(mine, symmetry)
    assert choose_family(symmetry) == "sets"
    assert list(refusals(symmetry).items())[-1] == (mine, None)
    assert_refused(mine, "C(4) -> 1", "it knows one set of columns")


def test_auto_takes_a_registered_family_where_no_other_can():
    text = "O(3) -> O(3)**5"
    with pytest.raises(ValueError, match="no reference family can have the symmetry"):
        choose_family(Symmetry.parse(text))
    register("mine", Family(lambda symmetry: None, Total))
    try:
        assert choose_family(Symmetry.parse(text)) == "mine"
    finally:
        unregister("mine")


@pytest.mark.parametrize(
    ("name", "family", "error", "message"),
    [
        (3, MINE, TypeError, "the name of a reference family must be a string, got 3"),
        (
            "auto",
            MINE,
            ValueError,
            "a reference family cannot have the name 'auto', reference='auto' means something "
            "else: give another name",
        ),
        ("", MINE, ValueError, "a reference family cannot have the name '', reference='' means"),
        (
            "sets",
            MINE,
            ValueError,
            f"there is a reference family 'sets' already, known are {KNOWN}: give another name",
        ),
        (
            "mine",
            MINE,
            ValueError,
            f"'mine' already, known are {KNOWN}: give another name, or call unregister('mine') "
            "first",
        ),
        (
            "other",
            Total,
            TypeError,
            f"family must be a sklearn_symclone.references.Family, got {Total!r}: write "
            "register('other', Family(refuses=..., network=...))",
        ),
    ],
)
def test_what_cannot_be_registered(mine, name, family, error, message):
    before = dict(FAMILIES)
    with pytest.raises(error, match=re.escape(message)):
        register(name, family)
    assert dict(FAMILIES) == before


def test_unknown_names_are_answered_with_the_known_ones(mine, table):
    message = (
        f"there is no reference family 'their', known are {KNOWN}: give one of these, or make it "
        "known by sklearn_symclone.references.register('their', ...)"
    )
    asked = [
        lambda: family_of("their"),
        lambda: check_family("their", Symmetry.parse("S(4) -> 1")),
        lambda: unregister("their"),
    ]
    for ask in asked:
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            ask()
    message = f"must be a str among {{'auto', {KNOWN}}} or a callable. Got 'their' instead."
    with pytest.raises(ValueError, match=re.escape(message)):
        model(reference="their").fit(*table)


def test_families_of_this_library_stay():
    with pytest.raises(ValueError, match="'sets' is part of this library, it stays"):
        unregister("sets")
    assert "sets" in FAMILIES


def test_a_callable_is_a_family_of_its_own():
    family, shared = family_of(Total), Total(Symmetry.parse("S(3) -> 1"))
    assert isinstance(family.network(Symmetry.parse("S(3) -> 1")), Total)
    assert family_of(lambda symmetry: shared).network(None) is not shared
    assert family.fit_of(300) == family.fit_of(3000) == Fit()
    assert family.refuses(Symmetry.parse("O(3) -> 1")) is None


def test_estimators_take_a_registered_name(mine, table):
    X, y = table
    fitted = model().fit(X, y)
    same = model(reference=Total, reference_steps=20).fit(X, y)
    assert_array_equal(fitted.predict(X), same.predict(X))
    copied = clone(fitted)
    assert copied.get_params() == fitted.get_params()
    assert_array_equal(copied.fit(X, y).predict(X), fitted.predict(X))


def test_a_fitted_model_outlives_its_family(table):
    X, y = table
    register("mine", MINE)
    fitted = model().fit(X, y)
    answers, pickled = fitted.predict(X), pickle.dumps(fitted)
    unregister("mine")
    assert_array_equal(pickle.loads(pickled).predict(X), answers)
    with pytest.raises(ValueError, match=r"'reference' parameter .* must be a str among"):
        pickle.loads(pickled).fit(X, y)


def test_names_are_candidates_of_a_search(mine, table):
    short = model(reference_steps=20, strength=0.5)
    search = GridSearchCV(short, {"reference": ["sets", mine]}, cv=2)
    search.fit(*table)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert search.best_params_["reference"] in ("sets", mine)


def test_a_family_that_refuses_is_an_error_before_training(mine, table):
    with pytest.raises(ValueError, match="reference='mine' cannot have the symmetry 'C\\(4\\)"):
        model(symmetry="C(4)").fit(*table)


def test_the_cache_tells_families_of_one_name_apart(table, tmp_path):
    class Scaled(Total):
        def forward(self, x):
            return super().forward(2 * x)

    X, y = table
    answers = []
    for network in (Total, Scaled, Total):
        register("mine", Family(refuses, network, Fit(steps=20)))
        answers.append(model(memory=str(tmp_path), strength=0.5).fit(X, y).predict(X))
        unregister("mine")
    assert_array_equal(answers[2], answers[0])
    assert not np.array_equal(answers[1], answers[0])
