"""Random expressions of finite groups: order, elements, samples and maps agree.

The number of equivariant maps is compared with the mean of characters over all elements, which are
listed by multiplying generators.
"""

import math
from itertools import product

import numpy as np
import pytest
from helpers.groups import closure, dense, draw, keys

from sklearn_symclone.symmetry import GroupElements, equivariant_maps, parse_representation

GROUPS = [
    *("S(1)", "S(2)", "S(3)", "A(1)", "A(2)", "A(3)", "C(2)", "C(4)", "D(3)", 'Grid(1,3,"mirror")'),
    *("PermutationGroup([[1,0,2]])", "PermutationGroup([[0,1,2]])"),
    "PermutationGroup([[1,0,2,3],[0,1,3,2]])",
]
FORMS = ["{0}", "{0} + 1", "{0}**2", "{0}.det", "{0}.pairs + {0}", "{0}.alt2 + {0}*2", "{0}.sym2"]


def random_group(random):
    """Return the text of a group, which may be boxes of boxes of things."""
    text = str(random.choice(GROUPS))
    while random.uniform() < 0.6:
        outer = f"({text}) wr {random.choice(GROUPS)}"
        group = parse_representation(outer)
        if group.order > 800 or group.dimension > 9:
            break
        text = outer
    return text


TEXTS = sorted({random_group(np.random.RandomState(seed)) for seed in range(40)})


def formed(form, text):
    """Return a representation of a group, None if the group has none of this form."""
    try:
        representation = parse_representation(form.format(f"({text})"))
        return representation if representation.dimension else None
    except ValueError:
        return None


@pytest.mark.parametrize("text", TEXTS)
def test_order_elements_and_samples_agree(text):
    group = parse_representation(text)
    assert parse_representation(str(group)) == group
    generated = set(keys(closure(dense(group.generators()))))
    assert group.order == group.capped_order == len(generated)
    assert set(keys(dense(group.elements()))) == generated
    assert set(keys(dense(draw(group, 50)))) <= generated
    assert set(keys(dense(draw(group, 50).inverse()))) <= generated


@pytest.mark.parametrize("text", TEXTS)
def test_equivariant_maps_are_as_many_as_characters_say(text):
    group = parse_representation(text)
    matrices = closure(dense(group.generators()))
    every = group.elements()
    place = {key: k for k, key in enumerate(keys(dense(every)))}
    elements = GroupElements({group: every[[place[key] for key in keys(matrices)]]}, len(matrices))
    forms = [form for form in (formed(form, text) for form in FORMS) if form is not None]
    traces = [form.matrix(elements).trace(axis1=1, axis2=2) for form in forms]
    assert len(forms) >= 3
    for (source, of_source), (target, of_target) in product(
        zip(forms, traces, strict=True), repeat=2
    ):
        expected = np.mean(of_source * of_target)
        assert math.isclose(equivariant_maps(source, target).rank, expected, abs_tol=1e-9)
