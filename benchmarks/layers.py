"""How well equivariant layers are cloned, by form and by samples, and in which time.

The layers are those of the examples: quarter turns of 8 x 8 and 16 x 16 pixels, convolutions, and
exchangeable items. Errors are those on fresh Gaussian pairs of inputs and weights, in float32.
"""

from __future__ import annotations

import time

import torch
from _report import write_table

from sklearn_symclone.imitation.layer import (
    MAX_UNKNOWNS,
    EquivariantLayer,
    clone_layer,
    layer_equivariance_error,
    layer_error,
)

#: Products of inputs and weights up to which gradient descent is tried: beyond, it is slow.
MAX_SGD = 4096
LAYERS = {
    "image, quarter turns, 8 x 8": ('Grid(8,8,"C4")', 'Grid(8,8,"C4").regular', None),
    "image, quarter turns, 16 x 16": ('Grid(16,16,"C4")', 'Grid(16,16,"C4").regular', None),
    "group convolution of C4": ('Grid(8,8,"C4").regular', 'Grid(8,8,"C4").regular', None),
    "convolution, 8 x 8, 5 x 5 filters": ('Grid(8,8,"T(2)")', 'Grid(8,8,"T(2)")', 5),
    "convolution, 16 x 16, 5 x 5 filters": ('Grid(16,16,"T(2)")', 'Grid(16,16,"T(2)")', 5),
    "convolution, 16 x 16, 11 x 11 filters": ('Grid(16,16,"T(2)")', 'Grid(16,16,"T(2)")', 11),
    "mean over 16 x 16 cells": ('Grid(16,16,"T(2)")', "1", None),
    "items of a set of 8": ("S(8)", "S(8)", None),
    "tensors of rank 2 under O(3)": ("O(3)**2", "O(3)**2", None),
}


def main():
    torch.set_num_threads(1)
    rows = []
    for name, sides in LAYERS.items():
        layer = EquivariantLayer(*sides)
        kinds = [("multilinear", "crossed")]
        unknowns = layer.n_inputs * layer.n_weights
        if unknowns <= MAX_UNKNOWNS:
            kinds.append(("multilinear", "gaussian"))
        if unknowns <= MAX_SGD:
            kinds += [(form, "sgd") for form in ("multilinear", "factorised", "network")]
        for form, samples in kinds:
            start = time.perf_counter()
            clone = clone_layer(layer, form=form, samples=samples)
            seconds = time.perf_counter() - start
            clone = clone.float()
            rows.append(
                {
                    "layer": name,
                    "inputs": layer.n_inputs,
                    "weights": layer.n_weights,
                    "form": form,
                    "samples": samples,
                    "error": layer_error(clone, layer, n_samples=256),
                    "equivariance error": layer_equivariance_error(clone, layer, n_samples=256),
                    "seconds": seconds,
                }
            )
            write_table(rows, "layers", "Clones of layers", "python benchmarks/layers.py")


if __name__ == "__main__":
    main()
