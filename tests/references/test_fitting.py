"""Fitted references of every symmetry that "auto" could be asked about: exact, of good size."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
import torch

from sklearn_symclone import Symmetry
from sklearn_symclone.references import FAMILIES, Fit, choose_family, refusals
from sklearn_symclone.references.fitting import ReferencePlan, fit_reference, restore_reference
from sklearn_symclone.training import CLASSIFICATION, REGRESSION

ABOUT_Z = "MatrixGroup([],[[[0,-1,0],[1,0,0],[0,0,0]]])"
SYMMETRIES = [
    "S(5)*3",
    "S(4)*S(3)*2 -> S(4) + 1",
    "S(4)**2 -> S(4)",
    "S(5).pairs -> 1",
    "A(5) -> A(5).det + A(5)",
    "C(6)*2 -> C(6)",
    "D(5) -> D(5)",
    'Grid(3,3,"D4")*2 -> 2',
    'Grid(3,4,"T(2)") -> Grid(3,4,"T(2)")',
    "S(2) wr S(3) -> (S(2) wr S(3)).top",
    "Cube()*2 -> Cube()",
    "Rubik() -> 2",
    "PermutationGroup([[1,0,3,2]]) -> 1",
    "Signs(3) -> Signs(3)",
    "S(3)*Signs(2) -> Signs(2)",
    "3*O(3) -> O(3) + O(3).sym2",
    "O(3)**2 -> O(3)**2",
    "4*O(3) -> O(3).pseudo + O(3).det",
    "S(4)*O(3) + S(4) -> O(3)**2 + 1",
    "3*SO(3) -> SO(3) + 1",
    "3*SO(2) -> SO(2)",
    "S(3)*(SO(2) + 1) -> SO(2) + 1",
    "3*O(1,3) -> O(1,3).dual + 1",
    "3*SO+(1,3) -> 1",
    "3*Sp(4) -> Sp(4) + 1",
    "3*U(2) -> U(2)",
    "3*SU(2) -> 1",
    "2*SL(3) + 2*SL(3).dual -> SL(3)",
    "2*Scaling(2) + Scaling(2).dual -> 1",
    "3*Polygon(5) -> Polygon(5)",
    f"2*{ABOUT_Z} -> {ABOUT_Z}",
    "S(3)*E(3) + S(2)*E(3) -> S(3)*E(3).vector + S(2)*E(3)",
    "4*SE(2) -> SE(2)",
    "3*T(2) -> T(2)",
    "C(3)*O(2) -> O(2)",
]


def known(text):
    symmetry = Symmetry.parse(text)
    outputs = 1 if symmetry.outputs is None else symmetry.outputs.dimension
    return symmetry.bind(symmetry.inputs.dimension, outputs)


PAIRS = [
    pytest.param(family, known(text), id=f"{family}-{text[:40]}")
    for text in SYMMETRIES
    for family, refusal in refusals(known(text)).items()
    if refusal is None
]


def rows(representation, n, seed):
    return np.random.RandomState(seed).standard_normal((n, representation.dimension))


def reference(family, symmetry, fit):
    """Return the function of a reference in float64, untrained or after a few steps."""
    X, Y = rows(symmetry.inputs, 200, 0), rows(symmetry.outputs, 200, 1)
    plan = ReferencePlan(symmetry, family, REGRESSION, fit, steps=5)
    state, _ = fit_reference(X, Y, np.ones(len(X)), plan)
    module = restore_reference(state, symmetry=symmetry, reference=family, device="cpu").double()

    def predict(X):
        with torch.no_grad():
            return module(torch.tensor(X)).numpy()

    return predict


@pytest.mark.parametrize("fit", ["random", "task"])
@pytest.mark.parametrize(("family", "symmetry"), PAIRS)
def test_references_are_exactly_equivariant(family, symmetry, fit):
    predict = reference(family, symmetry, fit)
    X = rows(symmetry.inputs, 60, 2)
    elements = symmetry.sample(len(X), 3, X)
    after, before = predict(symmetry.inputs.transform(elements, X)), predict(X)
    moved = symmetry.outputs.transform(elements, before)
    assert np.linalg.norm(after - moved) < 1e-6 * np.linalg.norm(moved)
    if fit == "random":
        many = predict(rows(symmetry.inputs, 2000, 3))  # products of columns have long tails
        for block in symmetry.outputs.blocks():
            assert 0.3 < np.sqrt(many[:, block.columns].var(axis=0).mean()) < 3


@pytest.mark.parametrize("text", SYMMETRIES)
def test_every_symmetry_gets_a_family(text):
    assert choose_family(known(text)) in FAMILIES


# The plan of a fit


def test_a_plan_has_the_steps_that_are_asked_for_or_those_of_the_family():
    plan = ReferencePlan(known("2*O(5)"), "invariants", REGRESSION)
    assert plan.fit_of(300) == FAMILIES["invariants"].fit
    assert plan.fit_of(4000).steps == 2 * FAMILIES["invariants"].fit_many.steps
    assert replace(plan, steps=7).fit_of(300) == replace(FAMILIES["invariants"].fit, steps=7)
    assert replace(plan, reference=lambda symmetry: None).fit_of(300) == Fit()


def test_plans_are_values():
    plan = ReferencePlan(known("2*O(5)"), "invariants", REGRESSION)
    assert replace(plan) == plan
    assert len({plan, replace(plan), replace(plan, seed=1)}) == 2
    with pytest.raises(FrozenInstanceError):
        plan.seed = 1


@pytest.mark.parametrize("task", [REGRESSION, CLASSIFICATION])
def test_the_same_plan_gives_the_same_reference(task):
    symmetry = known("S(4)*2 -> 3")
    X, Y = rows(symmetry.inputs, 50, 0), np.eye(3)[np.arange(50) % 3]
    plan = ReferencePlan(symmetry, "sets", task, steps=4, seed=3)
    torch.manual_seed(0)
    drawn = torch.rand(3)
    torch.manual_seed(0)
    fits = [fit_reference(X, Y, np.ones(50), p) for p in (plan, plan, replace(plan, seed=4))]
    assert torch.equal(torch.rand(3), drawn)  # the draws of others are left alone
    (first, losses), (second, again), (other, _) = fits
    assert len(losses) == 4
    assert losses == again
    for name, value in first.items():
        np.testing.assert_array_equal(value, second[name])
    assert any(not np.array_equal(value, other[name]) for name, value in first.items())


def test_an_untrained_reference_has_no_losses_and_fills_the_outputs():
    symmetry = known("2*O(3) -> O(3)")
    X, Y = rows(symmetry.inputs, 400, 0), 50 * rows(symmetry.outputs, 400, 1)
    plan = ReferencePlan(symmetry, "invariants", REGRESSION, "random")
    state, losses = fit_reference(X, Y, np.ones(400), plan)
    assert losses == []
    module = restore_reference(state, symmetry=symmetry, reference="invariants", device="cpu")
    with torch.no_grad():
        answers = module(torch.tensor(X, dtype=torch.float32)).numpy()
    assert np.std(answers) == pytest.approx(np.std(Y), rel=0.1)


def test_a_network_that_is_built_from_the_samples():
    symmetry = known("S(3) -> 1")
    seen = []

    def build(symmetry, samples=None):
        seen.append(samples)
        return FAMILIES["sets"].network(symmetry)

    plan = ReferencePlan(symmetry, "sets", REGRESSION, "random", dtype=torch.float64, build=build)
    X, Y = 2 + 5 * rows(symmetry.inputs, 40, 0), rows(symmetry.outputs, 40, 1)
    state, _ = fit_reference(X, Y, np.ones(40), plan)
    assert seen[0].dtype == torch.float64
    assert seen[0].square().mean() == pytest.approx(1)
    module = restore_reference(
        state,
        symmetry=symmetry,
        reference="sets",
        device="cpu",
        build=build,
        dtype=torch.float64,
    )
    assert seen[1] is None
    assert module(torch.tensor(X)).dtype == torch.float64
