"""Families as values, and how they are fitted to small and to large tables."""

import dataclasses

import pytest
import torch
from torch import nn

from sklearn_symclone.references import FAMILIES, Family, Fit
from sklearn_symclone.references.family import FEW, MANY

SMALL, LARGE = Fit(steps=10), Fit(steps=100, weight_decay=0.4, solver="soap")


def test_small_tables_are_fitted_in_another_way_than_large_ones():
    family = Family(lambda symmetry: None, nn.Identity, SMALL, LARGE)
    assert family.fit_of(1) == family.fit_of(FEW) == SMALL
    assert family.fit_of(FEW + 1) == family.fit_of(MANY) == LARGE


@pytest.mark.parametrize(("times", "steps", "decay"), [(1.5, 122, 0.4 / 1.5), (9, 300, 0.4 / 9)])
def test_steps_grow_with_the_root_of_the_samples_and_the_decay_falls(times, steps, decay):
    family = Family(lambda symmetry: None, nn.Identity, SMALL, LARGE)
    found = family.fit_of(round(times * MANY))
    assert found == dataclasses.replace(LARGE, steps=steps, weight_decay=pytest.approx(decay))


def test_with_one_fit_it_is_that_of_all_tables():
    family = Family(lambda symmetry: None, nn.Identity, SMALL)
    assert [family.fit_of(n) for n in (1, FEW + 1, 100 * MANY)] == [SMALL] * 3


def test_exact_unless_it_says_otherwise():
    assert Family(lambda symmetry: None, nn.Identity).misses("any symmetry") is None


@pytest.mark.parametrize("value", [Fit(), *FAMILIES.values()])
def test_values_are_frozen(value):
    field = dataclasses.fields(value)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, field, None)
    assert hash(dataclasses.replace(value)) == hash(value)


def test_the_gain_multiplies_weights_and_no_biases():
    network = nn.Sequential(nn.Linear(2, 3), nn.SiLU(), nn.Linear(3, 1))
    before = {name: value.clone() for name, value in network.state_dict().items()}
    assert Fit(gain=1.5).initialise(network) is network
    for name, value in network.state_dict().items():
        gain = 1.5 if name.endswith("weight") else 1
        assert torch.equal(value, gain * before[name])
