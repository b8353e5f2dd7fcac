"""Bases of equivariant maps hold under random elements, and are as large as counted otherwise."""

import re

import joblib
import numpy as np
import pytest
from helpers.groups import (
    AFFINE,
    FINITE,
    LINEAR,
    MIXED,
    NAMES,
    QUATERNIONS,
    enough_elements,
    vectors,
)
from numpy.testing import assert_allclose, assert_array_equal

from sklearn_symclone.symmetry import (
    S,
    Scaling,
    Symmetry,
    T,
    Trivial,
    equivariant_maps,
    parse_representation,
)

# The largest map whose number is counted from the singular values of what elements change.
MAX_COUNTED = 160


def of_each_group():
    """List maps between powers, duals and squares of every group, where they are small."""
    for text in FINITE + LINEAR + AFFINE:
        v = vectors(text)
        d, det = v.dimension, v.group.det
        squares = [v.sym2, *([v.alt2] if d > 1 else [])]
        candidates = [
            (v, v),
            (v**2, v),
            (v.dual * v, v.group.pseudo + det),
            (det, v.sym2.dual + det.dual + 2),
            *((square, v**2) for square in squares),
            *((v.dual**2, square.dual) for square in squares),
        ]
        for source, target in candidates:
            if source.dimension * target.dimension <= MAX_COUNTED:
                yield str(source), str(target)


EVERY = list(dict.fromkeys([*of_each_group(), *MIXED]))


SOME = EVERY[:: len(EVERY) // 60] + MIXED


def parse(*texts):
    return [parse_representation(text) for text in texts]


def matrices(source, target, **settings):
    elements = enough_elements(source, target, **settings)
    return source.matrix(elements), target.matrix(elements)


def counted(before, after):
    """Count the maps that commute with matrices, from the singular values of what they change."""
    d, k = before.shape[1], after.shape[1]
    squared = np.zeros((d * k, d * k))
    for b, a in zip(before, after, strict=True):
        change = np.kron(a, np.eye(d)) - np.kron(np.eye(k), b.T)
        squared += change.T @ change / max(1, np.linalg.norm(change, 2) ** 2)
    return int(np.sum(np.linalg.eigvalsh(squared) < 1e-9))


def test_every_group_of_the_language_is_tried():
    tried = " ".join([*map(" ".join, EVERY), *KNOWN_TEXTS])
    assert [name for name in NAMES if not re.search(rf"(?<!\w){re.escape(name)}\(", tried)] == []


@pytest.mark.parametrize(("source", "target"), EVERY)
def test_a_basis_is_equivariant_and_complete(source, target):
    source, target = parse(source, target)
    maps = equivariant_maps(source, target)
    basis = maps.basis()
    assert basis.shape == (maps.rank, target.dimension, source.dimension)
    before, after = matrices(source, target, n_random=12, max_listed=24)
    left = np.einsum("gij,bjk->gbik", after, basis)
    right = np.einsum("bij,gjk->gbik", basis, before)
    largest = np.abs(left).max(initial=1) + np.abs(right).max(initial=1)
    assert np.abs(left - right).max(initial=0) <= 1e-10 * largest
    flat = basis.reshape(maps.rank, source.dimension * target.dimension)
    assert maps.rank == 0 or np.linalg.matrix_rank(flat) == maps.rank
    assert maps.rank == counted(before, after)


@pytest.mark.parametrize(
    ("source", "target"),
    [pair for pair in EVERY if Symmetry.parse(" -> ".join(pair)).order <= 1500],
)
def test_the_rank_is_the_mean_product_of_characters(source, target):
    source, target = parse(source, target)
    before, after = matrices(source, target, max_listed=1500)
    characters = np.trace(before, axis1=1, axis2=2) * np.trace(after, axis1=1, axis2=2)
    assert_allclose(equivariant_maps(source, target).rank, characters.mean(), atol=1e-8)


KNOWN = [
    # set partitions: Bell numbers
    *(("1", "S(4)**4", 15), ("1", "S(6)**3", 5), ("1", "S(6)**4", 15), ("S(6)**2", "S(6)**2", 15)),
    *(("1", "S(2)**4", 8), ("1", "S(3)**4", 14), ("S(8)**2", "S(8)**2", 15)),
    *(("1", "A(4)**2", 2), ("1", "A(4)**3", 6), ("S(3).regular", "S(3).regular", 6)),
    *(("C(5)", "C(5)", 5), ("D(5)", "D(5)", 3), ("D(6)", "D(6)", 4), ("Signs(3)", "Signs(3)", 3)),
    *(("Cube()", "Cube()", 3), ("Rubik()", "Rubik()", 9), ("Cube().regular", "Cube()", 6)),
    ("S(2) wr S(3)", "S(2) wr S(3)", 3),
    ("S(5) wr S(4)", "S(5) wr S(4)", 3),
    ("(S(5) wr S(4)).top", "(S(5) wr S(4)).top", 2),
    ("S(6).pairs", "S(6).pairs", 3),
    ('Grid(3,4,"T(2)")', 'Grid(3,4,"T(2)")', 12),
    ('Grid(28,28,"D4")', "1", 105),
    ("S(4)*S(4)'", "S(4)*S(4)'", 4),
    ("S(5)*O(3)", "S(5)*O(3)", 2),
    # pairings and Levi-Civita tensors
    *(("1", "O(3)**2", 1), ("1", "O(3)**4", 3), ("1", "O(3)**6", 15), ("1", "O(3)**8", 91)),
    *(("1", "SO(3)**3", 1), ("1", "SO(3)**5", 6), ("1", "SO(3)**7", 36), ("1", "SO(3)**8", 91)),
    *(("1", "O(2)**6", 10), ("1", "SO(2)**6", 20), ("SO(3)**3", "SO(3)**4", 36)),
    *(("1", "O(1,3)**4", 3), ("1", "SO+(1,3)**4", 4), ("1", "SO(1,3)**4", 4)),
    *(("1", "SO(2,1)**3", 1), ("O(3).alt2", "O(3).pseudo", 1), ("O(3).alt2", "O(3)", 0)),
    *(("E(3).vector**2", "E(3).vector**2", 3), ("SE(3).vector**2", "SE(3).vector", 1)),
    ("T(3).vector", "T(3).vector", 9),
    # permutations of indices, and fewer where they are more than the dimension
    *(("GL(3)**3", "GL(3)**3", 6), ("GL(2)**3", "GL(2)**3", 5), ("1", "GL(2)**2", 0)),
    *(("1", "SL(2)**4", 2), ("1", "SL(2)**6", 5), ("1", "SL(3)**3", 1), ("1", "SL(3)**6", 5)),
    *(("1", "Sp(4)**4", 3), ("1", "Sp(4)**6", 14), ("1", "Sp(2)**6", 5)),
    *(("U(2)", "U(2)", 2), ("U(3)", "U(3)", 2), ("SU(2)", "SU(2)", 4), ("SU(3)", "SU(3)", 2)),
    *(("SU(3)**2", "SU(3)", 2), ("U(3)**2", "U(3)", 0), ("SU(3)", "SU(3).alt2", 2)),
    *(("Scaling(3)", "Scaling(3)", 9), ("Scaling(3)", "1", 0)),
    *(("Polygon(5)", "Polygon(5)", 2), ('Polygon(5,"D")', 'Polygon(5,"D")', 1)),
    *((QUATERNIONS, QUATERNIONS, 4), (QUATERNIONS, f"{QUATERNIONS}.regular", 4)),
    ("PermutationGroup([[1,0,3,2]])", "PermutationGroup([[1,0,3,2]])", 8),
    ("Z(7)", "1", 1),
]


KNOWN_TEXTS = [f"{source} {target}" for source, target, _ in KNOWN]


@pytest.mark.parametrize(("source", "target", "rank"), KNOWN)
def test_known_numbers_of_maps(source, target, rank):
    source, target = parse(source, target)
    maps = equivariant_maps(source, target)
    assert maps.rank == rank
    elements = Symmetry(source, target).sample(4, random_state=0)
    draw = np.random.RandomState(1)
    x = draw.standard_normal((4, source.dimension))
    W = maps.combine(draw.standard_normal(rank))
    moved = target.transform(elements, x @ W.T)
    scale = np.abs(source.matrix(elements)).max() ** 2 * (1 + np.abs(moved).max())
    assert_allclose(source.transform(elements, x) @ W.T, moved, atol=1e-11 * scale)


@pytest.mark.parametrize(("source", "target"), SOME)
def test_projection_is_orthogonal_and_leaves_equivariant_maps_alone(source, target):
    maps = equivariant_maps(*parse(source, target))
    draw = np.random.RandomState(0)
    W = draw.standard_normal(maps.shape)
    projected = maps.project(W)
    basis = maps.basis()
    assert_allclose(maps.project(projected), projected, atol=1e-12)
    assert_allclose(np.einsum("bij,ij->b", basis, W - projected), 0, atol=1e-10)
    equivariant = np.tensordot(draw.standard_normal(maps.rank), basis, axes=1)
    assert_allclose(maps.project(equivariant), equivariant, atol=1e-11)
    nearest = np.linalg.lstsq(basis.reshape(maps.rank, W.size).T, W.ravel(), rcond=None)[0]
    assert_allclose(maps.coordinates(W), nearest, atol=1e-10)


@pytest.mark.parametrize(("source", "target"), SOME)
def test_combining_and_coordinates_undo_each_other(source, target):
    maps = equivariant_maps(*parse(source, target))
    coefficients = np.random.RandomState(1).standard_normal(maps.rank)
    W = maps.combine(coefficients)
    assert_allclose(W, np.tensordot(coefficients, maps.basis(), axes=1), atol=1e-12)
    assert_allclose(maps.coordinates(W), coefficients, atol=1e-11)


def test_the_projection_on_maps_of_a_finite_group_is_the_mean_over_its_elements():
    source, target = parse("S(4) + S(4).det", "S(4)**2")
    before, after = matrices(source, target)
    W = np.random.RandomState(0).standard_normal((16, 5))
    mean = np.mean(after @ W @ before.transpose(0, 2, 1), axis=0)
    assert_allclose(equivariant_maps(source, target).project(W), mean, atol=1e-12)


def test_sides_in_every_form():
    basis = equivariant_maps(S(3) ** 2, S(3)).basis()
    assert_array_equal(equivariant_maps("S(3)**2", "S(3)").basis(), basis)
    assert_array_equal(equivariant_maps("S(3)", 1).basis(), np.ones((1, 1, 3)))
    assert equivariant_maps(2, Trivial(3)).rank == 6
    assert repr(equivariant_maps("S(3)", 1)) == "<1 equivariant maps from 'S(3)' to '1'>"


@pytest.mark.parametrize("as_object", [False, True])
def test_bases_are_kept_in_a_folder(tmp_path, as_object):
    memory = joblib.Memory(tmp_path, verbose=0) if as_object else str(tmp_path)
    first = equivariant_maps("SO(3)**2 + S(4)", "SO(3) + S(4)", memory=memory)
    files = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert files
    second = equivariant_maps("SO(3)**2 + S(4)", "SO(3) + S(4)", memory=memory)
    assert set(tmp_path.rglob("output.pkl")) <= files
    assert first.rank == second.rank == 4
    assert_array_equal(first.basis(), second.basis())
    without = equivariant_maps("SO(3)**2 + S(4)", "SO(3) + S(4)")
    assert_array_equal(first.basis(), without.basis())


def test_a_basis_too_large_to_write_out_still_projects():
    maps = equivariant_maps("200*O(3)", "200*O(3)")
    message = (
        "the basis of <40000 equivariant maps from '200*O(3)' to '200*O(3)'> would take 107 GiB "
        "written out, 4 are allowed; 'combine' and 'project' do without it"
    )
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        maps.basis()
    W = np.random.RandomState(0).standard_normal((600, 600))
    mean = np.einsum("ajbj->ab", W.reshape(200, 3, 200, 3)) / 3
    assert_allclose(maps.project(W), np.kron(mean, np.eye(3)), atol=1e-12)


@pytest.mark.parametrize(
    ("source", "target", "message"),
    [
        (
            "E(3)",
            "1",
            "source 'E(3)' holds points, between which no map is linear: take differences of "
            "points, which are vectors, written '.vector'",
        ),
        ("1", T(2) + 3, "target 'T(2) + 3' holds points, "),
        ("S(n)", "1", "source 'S(n)' has an unknown size: give a number instead"),
        ("1", S("n"), "target 'S(n)' has an unknown size: give a number instead"),
        (
            "S(200)**2",
            "S(200)**2",
            "the invariants of 'S(200)*S(200)*S(200)*S(200)' are tensors of 1600000000 entries, "
            "whose basis takes 23.8 GiB or more; 134217728 entries are allowed",
        ),
        (
            "1",
            "S(1000000)**3",
            "has 1000000000000000000 columns: a vector of them takes 7.45e+09 GiB",
        ),
        (
            "1",
            "SO(3)**14",
            "are spanned by more than 8192 tensors, whose Gram matrix takes 0.5 GiB",
        ),
        (
            "1",
            "Polygon(7)**13",
            "are tensors of 8192 entries, and a numerical null space takes 1 GiB; 4096 entries "
            "are allowed",
        ),
        ("S(3) -> 1", "1", "a representation has no arrow"),
    ],
)
def test_sides_without_a_basis(source, target, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        equivariant_maps(source, target)


@pytest.mark.parametrize("side", [None, True, 2.0, ["S(3)"]])
def test_sides_that_are_no_representation(side):
    message = "must be a Representation, its string or a number, got "
    with pytest.raises(TypeError, match=f"^source {re.escape(message + repr(side))}$"):
        equivariant_maps(side, "S(3)")
    with pytest.raises(TypeError, match=f"^target {re.escape(message + repr(side))}$"):
        equivariant_maps("S(3)", side)


@pytest.mark.parametrize(
    ("name", "shape", "message"),
    [
        ("combine", (2, 1), "coefficients must be of shape (2,), got (2, 1)"),
        ("combine", (3,), "coefficients must be of shape (2,), got (3,)"),
        ("coordinates", (3, 4), "W must be of shape (3, 3), got (3, 4)"),
        ("project", (9,), "W must be of shape (3, 3), got (9,)"),
    ],
)
def test_arrays_of_the_wrong_shape(name, shape, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        getattr(equivariant_maps("S(3)", "S(3)"), name)(np.zeros(shape))


@pytest.mark.parametrize(("text", "rank"), [("SL(30)", 1), ("GL(30)", 1), ("U(30)", 2)])
def test_no_permutations_are_listed_where_nothing_is_antisymmetric(text, rank):
    assert equivariant_maps(text, text).rank == rank
    assert equivariant_maps(text, 1).rank == 0


def test_single_entries_need_no_gram_matrix():
    # 4096 independent tensors: a dense Gram matrix of them takes many seconds
    maps = equivariant_maps(Scaling(4) ** 3, Scaling(4) ** 3)
    assert maps.rank == 4096
    W = np.random.RandomState(0).standard_normal(maps.shape)
    assert_allclose(maps.project(W), W)
