"""Held-out samples mix polynomials into what is imitated, where labels are noisy."""

import itertools
from typing import NamedTuple

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from scipy.special import expit, softmax
from scipy.stats import norm
from sklearn.metrics import log_loss, r2_score

from sklearn_symclone import SymmetryClonedClassifier, SymmetryClonedRegressor
from sklearn_symclone.fitting import pipeline
from sklearn_symclone.imitation import Part, Recipe
from sklearn_symclone.imitation.length import Length
from sklearn_symclone.references import Family, Fit, register, unregister
from sklearn_symclone.references.fitting import ReferencePlan, fit_reference, restore_reference
from sklearn_symclone.references.invariants import Invariants
from sklearn_symclone.symmetry import Symmetry
from sklearn_symclone.training import CLASSIFICATION, REGRESSION

SHORT = {"symmetry": "2*O(5)", "clone_steps": 4, "strength": 1, "random_state": 0}


class Fitted(NamedTuple):
    """A fit, and what happened in it."""

    model: object
    table: tuple
    told: list
    recipe: Recipe
    teacher: object
    seed: int


@pytest.fixture(scope="module")
def watched():
    """Return a function that fits and tells what happened."""

    def fit(kind, table, **parameters):
        found, lines = {}, []
        with pytest.MonkeyPatch.context() as patch:
            for name in ("choose_recipe", "fit_teacher"):
                function = getattr(pipeline, name)

                def kept(*arguments, name=name, function=function):
                    found["seed"] = arguments[2].reference
                    return found.setdefault(name, function(*arguments))

                patch.setattr(pipeline, name, kept)
            patch.setattr("builtins.print", lambda *line, **_: lines.append(" ".join(line)))
            settings = SHORT | {"hidden_layer_sizes": (16,), "verbose": True} | parameters
            model = kind(**settings).fit(*table)
        return Fitted(
            model, table, lines, found["choose_recipe"], found["fit_teacher"], found["seed"]
        )

    return fit


class Lengths(torch.nn.Module):
    """A small network of the squared lengths of two vectors."""

    def __init__(self, symmetry):
        super().__init__()
        self.network = torch.nn.Sequential(
            torch.nn.Linear(2, 16), torch.nn.SiLU(), torch.nn.Linear(16, symmetry.outputs.dimension)
        )

    def forward(self, x):
        return self.network(x.reshape(-1, 2, 5).square().sum(2))


def products(n, seed=0):
    """Return samples, and a law of degree 2 of variance 1."""
    X = np.random.RandomState(seed).standard_normal((n, 10))
    return X, (X[:, :5] * X[:, 5:]).sum(axis=1) / np.sqrt(5)


@pytest.fixture(scope="module")
def noisy(watched):
    X, y = products(100, seed=2)
    noise = np.random.RandomState(3).standard_normal(100)
    return watched(SymmetryClonedRegressor, (X, np.tanh(2 * y) + noise))


@pytest.fixture(scope="module")
def classes(watched):
    X, y = products(100)
    return watched(
        SymmetryClonedClassifier, (X, np.random.RandomState(1).uniform(size=100) < expit(2 * y))
    )


BOTH = pytest.mark.parametrize(
    ("name", "task"), [("noisy", REGRESSION), ("classes", CLASSIFICATION)]
)


def meanings(part, fitted, task, inside, X):
    """Fit a part to a table; return the values or probabilities that it has for samples."""
    n_outputs = inside[1].shape[1]
    symmetry = Symmetry.parse(fitted.model.symmetry).bind(X.shape[1], n_outputs)
    plan = ReferencePlan(symmetry, part.reference, task, steps=part.steps, seed=fitted.seed)
    state, _ = fit_reference(*inside, plan)
    module = restore_reference(state, symmetry=symmetry, reference=part.reference, device="cpu")
    with torch.no_grad():
        outputs = module(torch.tensor(X, dtype=torch.float32)).double().numpy()
    return softmax(outputs, axis=1) if task.is_classification else outputs


def parts_of(recipe):
    return [
        (inside.read(), outside.read())
        for inside, outside in zip(recipe.partition.inside, recipe.partition.outside, strict=True)
    ]


def test_other_laws_have_a_mixture(noisy):
    shares = {part.reference: part.weight for part in noisy.recipe.parts}
    assert list(shares) == ["invariants", "quadratic"]
    assert min(shares.values()) >= 0.2
    assert_allclose(sum(shares.values()), 1)
    main = max(noisy.recipe.parts, key=lambda part: part.weight)
    assert (noisy.model.reference_, noisy.model.reference_steps_) == main[:2]


@BOTH
def test_the_share_is_a_mean_over_all_by_their_likelihood(name, task, request):
    """References of the folds are fitted again, and scikit-learn and scipy have the likelihoods."""
    fitted = request.getfixturevalue(name)
    recipe = fitted.recipe
    lengths = {part.reference: part.steps for part in recipe.parts}
    if "invariants" not in lengths:
        lengths["invariants"] = recipe.length.steps
    both = [Part(reference, lengths[reference], 0) for reference in ("invariants", "quadratic")]
    answers, targets = [], []
    for inside, (X, Y, _) in parts_of(recipe):
        answers.append([meanings(part, fitted, task, inside, X) for part in both])
        targets.append(Y)
    first, second = (np.concatenate(side) for side in zip(*answers, strict=True))
    Y = np.concatenate(targets)

    def score(share):
        mixed = (1 - share) * first + share * second
        return -log_loss(Y, mixed) if task.is_classification else r2_score(Y, mixed)

    def likelihood(share):
        mixed = (1 - share) * first + share * second
        if task.is_classification:
            return np.prod(np.sum(Y * mixed, axis=1))
        deviation = np.sqrt(np.mean((Y - mixed) ** 2))
        return np.exp(norm.logpdf(Y, mixed, deviation).sum())

    tried = np.arange(11) / 10
    expected = np.average(tried, weights=list(map(likelihood, tried)))
    share = sum(part.weight for part in recipe.parts if part.reference == "quadratic")
    assert_allclose(share, expected, atol=0.05 + 1e-6)
    # and the score that is told is that of the mixture
    assert_allclose(fitted.model.reference_score_, score(share), rtol=1e-4)


@BOTH
def test_what_is_not_explained_is_told_beside_a_constant(name, task, request):
    recipe = request.getfixturevalue(name).recipe
    targets = np.concatenate([Y for _, (_, Y, _) in parts_of(recipe)])
    mean = np.tile(targets.mean(axis=0), (len(targets), 1))
    constant = log_loss(targets, mean) if task.is_classification else 1.0
    assert_allclose(recipe.unexplained(task), recipe.error / constant, rtol=1e-6)
    assert Recipe(recipe.parts).unexplained(task) is None


@BOTH
def test_the_student_imitates_the_mixture_of_all_folds(name, task, request):
    fitted = request.getfixturevalue(name)
    X, expected = fitted.table[0][:20], 0
    for part in fitted.recipe.parts:
        for inside, _ in parts_of(fitted.recipe):
            expected = expected + part.weight / 5 * meanings(part, fitted, task, inside, X)
    with torch.no_grad():
        outputs = fitted.teacher.module()(torch.tensor(X, dtype=torch.float32)).double().numpy()
    found = softmax(outputs, axis=1) if task.is_classification else outputs
    assert_allclose(found, expected, rtol=1e-4, atol=1e-5)
    assert len(fitted.teacher.members) == 5 * len(fitted.recipe.parts)
    assert_allclose(sum(member.weight for member in fitted.teacher.members), 1)


def test_the_mixture_is_told(noisy):
    (line,) = (line for line in noisy.told if line.startswith("reference: "))
    one, other = noisy.recipe.parts
    assert line == (
        f"reference: {noisy.model.reference_steps_} steps, for held-out samples lose by more; "
        f"average of 5; held-out samples prefer the mixture {one.weight:.1f} 'invariants' "
        f"({one.steps} steps) + {other.weight:.1f} 'quadratic' ({other.steps} steps)"
    )


def test_linear_functions_are_mixed_in_as_well(watched):
    """Of a sum that a network hardly bends; no mixture is clearly better on held-out samples."""
    rng = np.random.RandomState(0)
    X = rng.standard_normal((60, 6))
    signal = np.tanh(X / 2).sum(axis=1)
    y = signal + 2 * rng.standard_normal(60)
    fitted = watched(SymmetryClonedRegressor, (X, y), symmetry="S(3)*2", reference="auto")
    lengths = {part.reference: part.steps for part in fitted.recipe.parts}
    shares = {part.reference: part.weight for part in fitted.recipe.parts}
    assert "linear" in shares
    answers, targets = [], []
    for inside, (X_out, Y, _) in parts_of(fitted.recipe):
        parts = [Part(name, steps, 0) for name, steps in lengths.items()]
        answers.append([meanings(part, fitted, REGRESSION, inside, X_out) for part in parts])
        targets.append(Y)
    answers = np.concatenate(answers, axis=1)
    Y = np.concatenate(targets)

    def score(weights):
        return r2_score(Y, np.tensordot(weights, answers, 1))

    found = score(list(shares.values()))
    tenths = itertools.product(range(11), repeat=len(shares))
    every = [np.array(counts) / 10 for counts in tenths if sum(counts) == 10]
    assert max(map(score, every)) < found + 0.01
    assert_allclose(fitted.model.reference_score_, found, rtol=1e-4)


def test_it_is_nearer_to_the_truth_than_the_family_alone(noisy, watched):
    X, y = products(2000, seed=9)
    y = np.tanh(2 * y)
    alone = watched(SymmetryClonedRegressor, noisy.table, reference="invariants")
    scores = []
    for fitted in (noisy, alone):
        with torch.no_grad():
            answers = fitted.teacher.module()(torch.tensor(X, dtype=torch.float32))
        scores.append(r2_score(y, answers.numpy()))
    assert scores[0] > scores[1] + 0.05
    # a family that is named is never mixed
    assert [part.reference for part in alone.recipe.parts] == ["invariants"]
    assert alone.model.reference_ == "invariants"
    assert not any("mixture" in line for line in alone.told)
    # it has learned as long as the first reference of the mixture, and has its score
    assert alone.recipe.length == noisy.recipe.length
    assert alone.model.reference_score_ < noisy.model.reference_score_


def test_a_clean_law_has_one_reference(watched):
    X = np.random.RandomState(0).standard_normal((60, 4))
    y = np.square(X).sum(axis=1)
    fitted = watched(SymmetryClonedRegressor, (X, y), symmetry="S(4)")
    ((reference, steps, weight),) = fitted.recipe.parts
    assert (reference, weight, fitted.model.reference_) == ("sets", 1, "sets")
    assert not fitted.recipe.is_noisy
    assert fitted.model.reference_steps_ == steps == 1000
    # what other fits are compared with is as long as held-out samples have seen it
    assert [part.steps for part in fitted.recipe.scouts] == [fitted.recipe.length.scouted]


@pytest.mark.parametrize(
    "parameters",
    [{"reference_steps": 20}, {"reference_fit": "random"}, {"cloning": "weights"}],
    ids=str,
)
def test_what_is_given_is_not_mixed(watched, parameters):
    rng = np.random.RandomState(0)
    X, y = rng.standard_normal((60, 4)), rng.standard_normal(60)
    fitted = watched(SymmetryClonedRegressor, (X, y), symmetry="S(4)", **parameters)
    (part,) = fitted.recipe.parts
    assert part.weight == 1
    assert part.reference not in ("quadratic", "linear")


def test_a_callable_is_not_mixed(watched):
    rng = np.random.RandomState(0)
    table = rng.standard_normal((60, 10)), rng.standard_normal(60)
    fitted = watched(SymmetryClonedRegressor, table, reference=Lengths)
    assert len(fitted.recipe.parts) == 1
    assert fitted.recipe.is_noisy
    assert {member.family for member in fitted.teacher.members} == {None}


def test_a_family_that_takes_few_steps_is_not_compared(watched):
    """There is nothing to shorten, and so no sign of noise."""
    register("brief", Family(lambda symmetry: None, Invariants, Fit(steps=10)))
    try:
        rng = np.random.RandomState(0)
        table = rng.standard_normal((60, 10)), rng.standard_normal(60)
        fitted = watched(SymmetryClonedRegressor, table, reference="brief")
    finally:
        unregister("brief")
    assert fitted.recipe.parts == (Part("brief", 10, 1.0),)


def test_samples_of_ones_own_take_polynomials_alone_for_a_law_of_degree_2(watched):
    X, y = products(100)
    noisy = y + np.random.RandomState(3).standard_normal(100)
    held_out = products(300, seed=4)
    with pytest.MonkeyPatch.context() as patch:
        fit = SymmetryClonedRegressor.fit
        patch.setattr(
            SymmetryClonedRegressor,
            "fit",
            lambda self, *table: fit(self, *table, X_val=held_out[0], y_val=held_out[1]),
        )
        fitted = watched(SymmetryClonedRegressor, (X, noisy))
    assert len(fitted.recipe.partition) == 1
    (part,) = fitted.recipe.parts
    assert (part.reference, part.weight) == ("quadratic", 1)
    assert (fitted.model.reference_, fitted.model.reference_steps_) == part[:2]
    # one reference, of all samples
    assert len(fitted.teacher.members) == 1
    answers = fitted.teacher.module()(torch.tensor(held_out[0], dtype=torch.float32))
    score = r2_score(held_out[1], answers.detach().numpy())
    assert_allclose(fitted.model.reference_score_, score, rtol=1e-4)


def test_scouts_of_a_noisy_table_are_the_parts_themselves():
    parts = (Part("invariants", 20, 0.4), Part("quadratic", 60, 0.6))
    assert Recipe(parts, Length(20, False, 20, 0.5), 0.4).scouts == parts
    assert Recipe(parts).scouts == parts
    assert not Recipe(parts).is_noisy
    clean = Recipe(parts[:1], Length(1200, True, 180, 0.1), 0.1)
    assert clean.scouts == (Part("invariants", 180, 0.4),)
