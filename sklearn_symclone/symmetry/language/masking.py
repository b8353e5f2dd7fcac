"""What masks say of the rows of a table: which columns count, and what stands in the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..representations import has_mask, items_of_columns, mask_columns, point_columns


@dataclass(frozen=True, eq=False)
class MaskedColumns:
    """The columns of one side of a symmetry that has masks.

    Parameters
    ----------
    items : dict of Group to ndarray of int of shape (n_columns,)
        The column of presence that tells whether a column counts, -1 if it always does.
    pools : list of ndarray of int of shape (n_items, n_channels)
        Columns that have a mean over the items.
    """

    items: dict
    pools: list

    @classmethod
    def of(cls, representation: Any, masks: dict) -> MaskedColumns:
        """Find the columns that belong to the items of masks.

        Parameters
        ----------
        representation : Representation
            One side of a symmetry, of known size.
        masks : dict of Group to ndarray of int
            As ``mask_columns`` returns them for the inputs.

        Returns
        -------
        MaskedColumns
            With one pool for all points of a group, and one for each other product with items.
        """
        items = items_of_columns(representation, masks)
        belongs = np.any([columns >= 0 for columns in items.values()], axis=0)
        pools = list(point_columns(representation).values())
        for block in representation.blocks():
            axes = [axis for axis, factor in enumerate(block.factors) if factor in masks]
            if axes and not any(factor.is_affine for factor in block.factors):
                columns = np.moveaxis(block.columns, axes, range(len(axes)))
                n_items = np.prod(columns.shape[: len(axes)])
                pools.append(columns.reshape(n_items, -1))
        return cls(items, [pool for pool in pools if belongs[pool].any()])

    @property
    def are_masked(self) -> bool:
        """Whether some of the columns belong to items of a mask."""
        return bool(self.pools)

    def present(self, X: np.ndarray) -> np.ndarray:
        """Return which columns count.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_features)
            Rows of the inputs.

        Returns
        -------
        ndarray of bool of shape (n_samples, n_columns)
            False for the columns of absent items.
        """
        found = np.ones((len(X), *next(iter(self.items.values())).shape), dtype=bool)
        for columns in self.items.values():
            owned = columns >= 0
            found[:, owned] &= X[:, columns[owned]] > 0.5
        return found

    def filled(self, values: np.ndarray, present: np.ndarray) -> np.ndarray:
        """Return values with the mean of present items in the place of absent ones.

        Parameters
        ----------
        values : ndarray of shape (n_samples, n_columns)
            Of this side.
        present : ndarray of bool of shape (n_samples, n_columns)
            What ``present`` returns.

        Returns
        -------
        ndarray of shape (n_samples, n_columns)
            The values themselves if everything is present; 0 where nothing of a pool is.
        """
        if present.all():
            return values
        values = values.astype(np.result_type(values, np.float32))  # a mean is no whole number
        for pool in self.pools:
            here = present[:, pool]
            kept = np.where(here, values[:, pool], 0)
            mean = kept.sum(axis=1) / here.sum(axis=1).clip(min=1)
            values[:, pool] = np.where(here, kept, mean[:, None])
        return values


class Masking:
    """Which items the rows of a table have, and what stands in the columns of absent ones.

    Absent items are given the mean of the present ones, points the mean of all present points. This
    moves as items and points do, and leaves every mean as it is. The columns of presence remain as
    they are, so that a network can tell who is there.

    Parameters
    ----------
    symmetry : Symmetry
        Bound to its columns, with at least one mask.

    Raises
    ------
    ValueError
        If a mask is multiplied, given twice or among the outputs, or if a group with a mask has
        columns that belong to several items.

    See Also
    --------
    Mask : Columns of presence.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn_symclone.symmetry import Masking, Symmetry
    >>> masking = Masking(Symmetry.parse("S(3).mask + S(3)*T(1) -> 1"))
    >>> masking.filled(np.array([[1.0, 1.0, 0.0, 4.0, 6.0, np.nan]]))
    array([[1., 1., 0., 4., 6., 5.]])
    """

    def __init__(self, symmetry: Any) -> None:
        if has_mask(symmetry.outputs):
            raise ValueError(
                f"'{symmetry}' has a mask among its outputs: a mask says which items of X are "
                "present. Name it on the left of '->'"
            )
        self.symmetry = symmetry
        self.masks = mask_columns(symmetry.inputs)
        self.inputs = MaskedColumns.of(symmetry.inputs, self.masks)
        self.outputs = MaskedColumns.of(symmetry.outputs, self.masks)

    def check(self, X: np.ndarray) -> None:
        """Raise an error if rows do not say which items they have, or have no point at all.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_features)
            Rows of the inputs.

        Raises
        ------
        ValueError
            If presence is neither 0 nor 1, or if all points of a row are absent.
        """
        for group, columns in self.masks.items():
            wrong = (X[:, columns] != 0) & (X[:, columns] != 1)
            if wrong.any():
                row, item = np.argwhere(wrong)[0]
                raise ValueError(
                    f"column {columns[item]} of X is one of '{group}.mask' and must be 1 for items "
                    f"that are present and 0 for absent ones, got {X[row, columns[item]]:.6g} in "
                    f"row {row}"
                )
        present = self.inputs.present(X)
        for group, points in self.symmetry.points().items():
            empty = ~present[:, points].any(axis=(1, 2))
            if empty.any():
                raise ValueError(
                    f"row {empty.argmax()} of X has no point of {group} that is present: leave "
                    "such rows out"
                )

    def filled(self, X: np.ndarray) -> np.ndarray:
        """Return rows with the mean of present items in the columns of absent ones.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_features)
            Rows of the inputs. Anything may stand in the columns of absent items, such as NaN.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            X itself if all items are present.
        """
        return self.inputs.filled(X, self.inputs.present(X))

    def filled_outputs(self, X: np.ndarray, Y: np.ndarray) -> np.ndarray:
        """Return answers with the mean of present items in the columns of absent ones.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_features)
            Rows of the inputs.
        Y : ndarray of shape (n_samples, n_outputs)
            Their answers.

        Returns
        -------
        ndarray of shape (n_samples, n_outputs)
            Y itself if no answers belong to items, or all items are present.
        """
        return self.outputs.filled(Y, self.outputs.present(X))

    def masked_outputs(self, X: np.ndarray, Y: np.ndarray) -> np.ndarray:
        """Return answers with 0 in the columns of absent items.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_features)
            Rows of the inputs.
        Y : ndarray of shape (n_samples, n_outputs)
            Their answers.

        Returns
        -------
        ndarray of shape (n_samples, n_outputs)
            The answers of present items, and those of whole rows.
        """
        return np.where(self.outputs.present(X), Y, np.zeros((), dtype=Y.dtype))


class Masked:
    """What a symmetry says of tables in which items can be absent."""

    inputs: Any

    def _of_inputs(self, n_features):
        """Return the symmetry of the inputs alone, bound to so many columns."""
        raise NotImplementedError

    @property
    def masking(self) -> Masking | None:
        """What masks say of rows, None if there is no mask.

        The symmetry must be bound to its columns.

        Examples
        --------
        >>> from sklearn_symclone.symmetry import Symmetry
        >>> Symmetry.parse("S(3).mask + S(3)*2").bind(9, 1).masking.masks
        {parse_representation('S(3)'): array([0, 1, 2])}
        """
        return Masking(self) if has_mask(self.inputs) else None

    def filled(self, X: np.ndarray) -> np.ndarray:
        """Return rows with the mean of present items in the columns of absent ones.

        A fitted network takes such rows; ``predict`` fills them by itself.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_features)
            Rows of the inputs. Anything may stand in the columns of absent items, such as NaN.

        Returns
        -------
        ndarray of shape (n_samples, n_features)
            X itself if there is no mask.

        Raises
        ------
        ValueError
            If a column of presence is neither 0 nor 1, or if all points of a row are absent.
        """
        if not has_mask(self.inputs):
            return X
        masking = Masking(self._of_inputs(X.shape[1]))
        masking.check(X)
        return masking.filled(X)
