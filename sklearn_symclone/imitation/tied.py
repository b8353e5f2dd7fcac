"""What "layers" and "weights" share: a weight-tied network is fitted and copied to a dense one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch

from ..defaults import LAYER_FACTORS
from ..references import Pointwise
from ..references.fitting import ReferencePlan
from ..references.layers.vanishing import vanishes
from ..references.pointwise import hidden_layers, refuses_columns, refuses_signs
from ..students import ColumnScaling, activations, linear_layers
from ..training import Seeded
from .answers import N_FRESH, cloning_inputs, reference_answers, student_error
from .base import Clone, Imitation


@dataclass(frozen=True)
class TiedNetwork:
    """A function that builds a weight-tied network.

    Parameters
    ----------
    reference : callable or "pointwise"
        A callable takes the symmetry and returns a ``Pointwise``. "pointwise" stands for one with
        ``hidden_layer_sizes``.
    hidden_layer_sizes : tuple of int
        As asked for.
    activation : str
        It replaces that of the reference.
    """

    reference: Callable | str
    hidden_layer_sizes: tuple
    activation: str

    def __call__(self, symmetry, samples=None):
        """Return the weight-tied network.

        Parameters
        ----------
        symmetry : Symmetry
            Bound to its columns, all of them permuted or changed in sign.
        samples : Tensor of shape (n_samples, n_features), default=None
            Standardised samples. The network computes in their dtype.

        Raises
        ------
        TypeError
            If the reference callable does not return a ``Pointwise``.
        """
        if callable(self.reference):
            network = self.reference(symmetry)
            if not isinstance(network, Pointwise):
                raise TypeError(
                    "with cloning='layers' or 'weights' the reference callable must return a "
                    f"sklearn_symclone.references.Pointwise, it returned {network!r}"
                )
        else:
            network = Pointwise(symmetry, hidden_layers(symmetry, self.hidden_layer_sizes))
        activation = activations.get(self.activation)
        for layer, place in enumerate(range(1, len(network.layers), 2)):
            network.layers[place] = activation.module(layer)
        return network if samples is None else network.to(samples.dtype)


def layer_factor(strength):
    """Return the weight of an anchor of layers, whose logarithm is linear in the strength."""
    least, most = LAYER_FACTORS
    return least ** (1 - strength) * most**strength


@dataclass(frozen=True, eq=False, kw_only=True)
class TiedClone(Clone):
    """A network that has the symmetry by construction, copied into dense matrices.

    Parameters
    ----------
    weights, student, scaling, loss_curve, complaint
        As of every Clone; the loss curve is that of the fit of the weight-tied network.
    reference : dict
        What an estimator tells about the weight-tied network, by attribute.
    error : float
        Squared error against the weight-tied network on fresh inputs, divided by the variance of
        the network's answers.
    layers : nn.Sequential
        The layers of the network, for standardised columns.
    inputs : OrbitInputs or GaussianInputs
        Draws fresh cloning inputs.
    """

    reference: dict
    error: float
    layers: torch.nn.Sequential
    inputs: object

    def factor(self, strength):
        """Return the weight of a penalty beside the loss of the task, for a ``Strength``."""
        return layer_factor(strength.value)

    def report(self):
        """Return the fitted attributes of an estimator that tell about the clone, by name."""
        return {
            **self.reference,
            "clone_loss_curve_": self.loss_curve,
            "clone_error_": self.error,
        }


class TiedImitation(Imitation):
    """Base of the ways that copy a weight-tied network into a dense one."""

    gives = frozenset({"weights", "inputs", "subspace"})
    anchor_names = {"function": "subspace"}

    def choose_reference(self, asked, symmetry, activation):
        """Return "pointwise", or the user's callable."""
        if activation != "auto" and not activations.get(activation).treats_units_alike:
            alike = [
                name for name in activations.names() if activations.get(name).treats_units_alike
            ]
            raise ValueError(
                f"activation={activation!r} differs between the units of a layer, but with "
                f"cloning={self.name!r} the group exchanges units: give "
                f'"auto" or one of {", ".join(alike)}'
            )
        if callable(asked):
            return asked
        if asked not in ("auto", "pointwise"):
            raise ValueError(
                f"cloning={self.name!r} needs a weight-tied network: reference must be "
                f'"auto", "pointwise" or a callable, got {asked!r}'
            )
        refusal = refuses_columns(symmetry) or refuses_signs(symmetry)
        if refusal is not None:
            raise ValueError(
                f"cloning={self.name!r} does not support the symmetry '{symmetry.expression}': "
                f'{refusal}; use cloning="network"'
            )
        return "pointwise"

    def widths(self, asked, symmetry, reference, activation):
        """Return the widths of the hidden layers of the weight-tied network."""
        build = TiedNetwork(reference, tuple(asked), activation)
        may_vanish = reference == "pointwise" and not symmetry.outputs.permutes
        refusal = vanishes(build, symmetry) if may_vanish else None
        if refusal is not None:
            raise ValueError(
                f"hidden_layer_sizes={tuple(asked)} is too narrow for cloning={self.name!r} and "
                f"the symmetry '{symmetry.expression}': {refusal}; give wider layers"
            )
        with Seeded(0):  # its widths alone are looked at
            network = build(symmetry)
        return tuple(len(layer.bias) for layer in linear_layers(network.layers))[:-1]

    def builder(self, settings, seeds):
        """Return a function that builds the network to fit, from the symmetry and samples."""
        return TiedNetwork(
            settings.reference.network,
            settings.hidden_layer_sizes,
            settings.students[0].activation,
        )

    def reference_plan(self, data, settings, seeds):
        """Return how the weight-tied network is fitted."""
        return ReferencePlan(
            symmetry=settings.symmetry,
            reference="pointwise",
            task=settings.task,
            fit=settings.reference.fit,
            steps=settings.reference.steps,
            seed=seeds.reference,
            device=settings.device,
            dtype=getattr(torch, data.dtype.name),
            build=self.builder(settings, seeds),
            verbose=settings.verbose,
        )

    def clone(self, teacher, settings, seeds, start=None):
        """Return the fitted network as a dense one."""
        fitted, student = teacher.module(), settings.students[0]
        scaling = ColumnScaling(
            *(
                getattr(fitted, f"{side}_{what}").cpu().double().numpy()
                for side in ("input", "output")
                for what in ("shift", "scale")
            )
        )
        layers = fitted.network.layers
        weights = student.export(layers, scaling)
        inputs = cloning_inputs(
            settings.imitating.inputs,
            settings.symmetry,
            teacher.X,
            teacher.sample_weight,
            seeds.inputs,
        )
        fresh = inputs.draw(N_FRESH)
        tied = self.weight_tied(fitted)
        answers = reference_answers(tied, settings.task, fresh, settings.device)
        error = student_error(student, weights, settings.task, fresh, answers)
        return self.keep(
            tied.network.layers,
            weights=weights,
            student=student,
            scaling=scaling,
            loss_curve=teacher.loss_curve,
            reference=teacher.report(),
            error=error,
            layers=layers,
            inputs=inputs,
        )

    def weight_tied(self, fitted):
        """Return the fitted module as one that is weight-tied."""
        return fitted

    def keep(self, tied, **found):
        """Return the clone, from the layers of the weight-tied network and its other parts."""
        raise NotImplementedError
