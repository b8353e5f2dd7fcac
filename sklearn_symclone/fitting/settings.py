"""All settings of a fit, with every "auto" decided and checked to fit together."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from numbers import Integral
from typing import NamedTuple

import numpy as np

from .. import anchors
from ..imitation import IMITATIONS, NOTHING, Imitation, Part
from ..students import Dense, Weights
from ..symmetry import Symmetry, as_symmetry
from ..training import agreed
from ..training.tasks import Task
from .cache import Cache
from .strength import Strength
from .task_settings import TaskSettings


class Seeds(NamedTuple):
    """The seeds of a fit.

    Parameters
    ----------
    reference, clone : int
        Of the fit of the reference, and of its imitation.
    inputs : int
        Of cloning inputs and of group elements after the imitation.
    weights, batches : int
        Of the initial weights and of the order of the samples in the fit to the task.
    """

    reference: int
    clone: int
    inputs: int
    weights: int
    batches: int

    @classmethod
    def draw(cls, random_state):
        """Draw seeds, which are the same in all processes that share a fit."""
        largest = np.iinfo(np.int32).max
        return cls(*agreed(random_state.randint(largest, size=len(cls._fields)).tolist()))

    def restarts(self, n_restarts):
        """Return the seeds of a fit and of its restarts, which differ in weights and batches."""
        drawn = np.random.RandomState(self.weights).randint(
            np.iinfo(np.int32).max, size=(n_restarts, 2)
        )
        return [self, *(self._replace(weights=w, batches=b) for w, b in drawn.tolist())]


class Start(NamedTuple):
    """Where a warm start begins.

    Parameters
    ----------
    weights : Weights
    activation : str
    seen : int
        Samples that were seen before, each of them once in an epoch.
    """

    weights: Weights
    activation: str
    seen: int


@dataclass(frozen=True)
class ReferenceSettings:
    """Which reference is imitated, and how it is fitted.

    Parameters
    ----------
    network : str, callable or None
        The name of a family, or what builds the network; None: nothing is imitated.
    fit : {"task", "random"}
    steps : int or None
        None: those of the family.
    explanation : str or None
        Why it was chosen.
    is_open : bool
        Whether another family may be mixed in.
    parts : tuple of Part, default=()
        What is mixed and how long it learns. Empty: held-out samples decide.
    """

    network: Callable | str | None
    fit: str
    steps: int | None
    explanation: str | None
    is_open: bool
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class ImitationSettings:
    """How a reference is imitated.

    Parameters
    ----------
    inputs : {"orbit", "gaussian"}
    steps : int or None
        None: what the number of samples asks for.
    tol : float or "auto"
    is_quick : bool
        Whether it is for a search, and is not kept.
    """

    inputs: str
    steps: int | None
    tol: float | str
    is_quick: bool


@dataclass(frozen=True, eq=False)
class Settings:
    """All settings of a fit.

    Parameters
    ----------
    symmetry : Symmetry or None
        Bound to the columns.
    task : Task
    strength : Strength
    imitation : Imitation
    anchor : Anchor
    reference : ReferenceSettings
    imitating : ImitationSettings
    fitting : TaskSettings
    hidden_layer_sizes : tuple of int
        As asked for, or as the imitation has chosen.
    students : tuple of Dense
        The networks that are tried, which differ in their activation.
    cache : Cache
    device : str
    verbose : bool
    temperature : float, default=1.0
        What the outputs of the fitted network are divided by.
    complaint : str, default=None
        A warning that held-out samples contradict the symmetry. None: there is nothing to warn of.
    """

    symmetry: Symmetry | None
    task: Task
    strength: Strength
    imitation: Imitation
    anchor: anchors.Anchor
    reference: ReferenceSettings
    imitating: ImitationSettings
    fitting: TaskSettings
    hidden_layer_sizes: tuple[int, ...]
    students: tuple[Dense, ...]
    cache: Cache
    device: str
    verbose: bool
    temperature: float = 1.0
    complaint: str | None = None

    @property
    def tells(self):
        """Whether to tell what each phase has learned, and why; not so in the fits of a search."""
        return self.verbose and not self.imitating.is_quick

    @classmethod
    def decide(cls, parameters, data, task, *, device, cache, start=None, is_quick=False):
        """Decide what the parameters of an estimator leave open, and check that all fits together.

        Parameters
        ----------
        parameters : Mapping
            Of an estimator; its strength is a number.
        data : TrainingData
        task : Task
        device : str
        cache : Cache
        start : Start, default=None
            Where a warm start begins.
        is_quick : bool, default=False
            Whether the fit is one of a search, and is not kept.

        Returns
        -------
        Settings

        Raises
        ------
        ValueError, TypeError
            If something does not fit.
        """
        widths = checked_widths(parameters["hidden_layer_sizes"])
        strength = Strength(parameters["strength"])
        symmetry = parameters["symmetry"]
        if symmetry is not None:
            symmetry = as_symmetry(symmetry).bind(*data.sizes, classes=data.classes)
            check_moves_columns(symmetry)
        is_cloned = symmetry is not None and strength.clones
        imitation = IMITATIONS[parameters["cloning"]] if is_cloned else NOTHING
        asked, activation = parameters["reference"], parameters["activation"]
        if widths == "auto" and start is not None:
            widths = tuple(fan_out for _, fan_out in start.weights.shapes[:-1])
        elif widths == "auto":
            widths = imitation.choose_widths(symmetry, activation)
        reference = imitation.choose_reference(asked, symmetry, activation)
        explanation = None
        if parameters["verbose"]:
            explanation = imitation.explain_reference(asked, reference, symmetry)
        if activation != "auto":
            tried = (activation,)
        elif start is not None:
            tried = (start.activation,)
        else:
            tried = imitation.choose_activations(symmetry, task, widths)
        hidden = imitation.widths(widths, symmetry, reference, tried[0])
        if start is not None:
            _check_start(start, imitation, [data.sizes[0], *hidden, data.sizes[1]])
        return cls(
            symmetry=symmetry,
            task=task,
            strength=strength,
            imitation=imitation,
            anchor=_checked_anchor(parameters["anchor"], imitation),
            reference=ReferenceSettings(
                network=reference,
                fit=parameters["reference_fit"],
                steps=parameters["reference_steps"],
                explanation=explanation,
                is_open=asked == "auto",
            ),
            imitating=ImitationSettings(
                parameters["clone_inputs"],
                parameters["clone_steps"],
                parameters["clone_tol"],
                is_quick,
            ),
            fitting=TaskSettings.of(parameters, start.seen if start else 0),
            hidden_layer_sizes=widths,
            students=tuple(Dense(hidden, name) for name in tried),
            cache=cache,
            device=device,
            verbose=bool(parameters["verbose"]),
        )

    def imitating_parts(self, parts):
        """Return the same settings with a mixture of references that is decided."""
        return replace(self, reference=replace(self.reference, parts=parts))

    def silent(self):
        """Return the same settings for a fit that tells nothing but its reference."""
        return replace(self, verbose=False, fitting=replace(self.fitting, verbose=0))

    def quiet(self):
        """Return the same settings without the explanation of the reference, already told."""
        return replace(self, reference=replace(self.reference, explanation=None))


def check_moves_columns(symmetry):
    """Raise an error if a group moves outputs alone: with the same X, y would have to be moved."""
    known = symmetry.inputs.groups
    idle = [group for group in symmetry.outputs.groups if group not in known]
    if not idle:
        return
    alike = [str(group) for group in known if group.dimension == idle[0].dimension]
    cure = "say on the left of '->' which columns it moves, or leave it out"
    if alike:
        cure = f"did you mean {' or '.join(alike)}? Both sides must name the same group"
    raise ValueError(
        f"in symmetry '{symmetry.expression}' the group {idle[0]} moves outputs, but no column of "
        f"X: {cure}"
    )


def checked_widths(sizes):
    """Return the numbers of units of hidden layers as a tuple, or "auto"; a number is one layer."""
    if isinstance(sizes, str):
        return sizes  # the parameter constraints have checked it
    widths = (sizes,) if isinstance(sizes, Integral) else tuple(sizes)
    if not all(isinstance(width, Integral) and width > 0 for width in widths):
        raise ValueError(f"hidden_layer_sizes must hold whole numbers of at least 1, got {sizes!r}")
    return widths


def _checked_anchor(name, imitation):
    """Return the anchor of a name, if a clone of this imitation gives what it needs."""
    anchor = anchors.get(imitation.anchor_names.get(name, name))
    missing = sorted(anchor.needs - imitation.gives)
    if missing and imitation.gives:
        kinds = [kind.name for kind in IMITATIONS.values() if anchor.needs <= kind.gives]
        raise ValueError(
            f"anchor={name!r} needs {' and '.join(missing)} of the clone, which "
            f"cloning={imitation.name!r} does not give: set cloning to one of {', '.join(kinds)}, "
            "or take another anchor"
        )
    return anchor


def _check_start(start, imitation, sizes):
    """Raise an error if a fit cannot go on from the weights of a warm start."""
    if imitation.refuses_warm_start is not None:
        raise ValueError(imitation.refuses_warm_start)
    shapes, wanted = start.weights.shapes, list(itertools.pairwise(sizes))
    if shapes != wanted:
        raise ValueError(
            f"warm_start=True cannot go on from weights of shapes {shapes} with {wanted}: "
            "keep hidden_layer_sizes and the columns of X and y, or set warm_start=False"
        )
