"""How a symmetry meets a table: columns and classes are found by their names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.sparse.csgraph import connected_components

from .description import Description, describe
from .moves import Moves
from .names import column_names, listed, places


class Named(Moves):
    """What a symmetry says of tables whose columns and classes have names.

    A subclass is a frozen dataclass with these names among its fields.
    """

    columns: Any
    classes: Any

    @property
    def expression(self) -> str:
        """The symmetry as text, without the names of columns and classes."""
        raise NotImplementedError

    def column_places(self, names: Iterable | None) -> np.ndarray | None:
        """Return where the columns of the symmetry stand in a table.

        Parameters
        ----------
        names : iterable or None
            The names of the table's columns, None if they have none.

        Returns
        -------
        ndarray of int of shape (n_features,) or None
            None if the symmetry or the table has no names: then the columns are in order.

        Raises
        ------
        ValueError
            If the table lacks columns, or has others.
        """
        if self.columns is None or names is None:
            return None
        return places(self.columns, list(names), self.expression, "columns", "X")

    def arrange(self, X: Any) -> Any:
        """Return a data frame with its columns in the order of the symmetry.

        Parameters
        ----------
        X : data frame or array
            A frame of pandas, polars or pyarrow, or anything without names.

        Returns
        -------
        data frame or array
            X itself if the symmetry or X has no names, or if the columns are in order.

        Raises
        ------
        ValueError
            If X lacks columns, or has others.

        Examples
        --------
        >>> import pandas as pd
        >>> from sklearn_symclone import Symmetry
        >>> symmetry = Symmetry.parse("O(2)", columns=["x", "y"])
        >>> symmetry.arrange(pd.DataFrame({"y": [2], "x": [1]})).columns.tolist()
        ['x', 'y']
        """
        found = self.column_places(column_names(X))
        if found is None or np.array_equal(found, np.arange(len(found))):
            return X  # a large table is not copied
        # pandas and Dask select by place, polars and pyarrow by name
        return X.iloc[:, found] if hasattr(X, "iloc") else X.select(list(self.columns))

    def class_places(self, labels: Iterable) -> np.ndarray:
        """Return where the classes of the symmetry stand among labels.

        Parameters
        ----------
        labels : iterable
            All labels, such as ``classes_``.

        Returns
        -------
        ndarray of int of shape (n_classes,)
            The places in order if the symmetry names no classes.

        Raises
        ------
        ValueError
            If a class is missing among the labels, or they have others.
        """
        labels = np.asarray(labels).tolist()
        if self.classes is None:
            return np.arange(len(labels))
        return places(self.classes, labels, self.expression, "classes", "y")

    def check_present(self, labels: Iterable) -> None:
        """Raise a ValueError unless labels, moved by the group, show all classes of the symmetry.

        A class that no sample has can be learned from samples of a class that the group turns into
        it. Nothing tells about any other one. The symmetry must be bound to its columns.

        Parameters
        ----------
        labels : iterable
            Those of the samples.

        Raises
        ------
        ValueError
            If a label is not among the classes, or if nothing tells about one of the classes.
        """
        labels = np.asarray(labels).tolist()
        if set(labels) - set(self.classes):
            self.class_places(labels)  # which says what is wrong
        known = [place for place, name in enumerate(self.classes) if name in set(labels)]
        elements = self.generators()
        mixed = np.abs(self.outputs.matrix(elements)).sum(axis=0) > 1e-9
        _, orbits = connected_components(mixed)
        told = np.isin(orbits, orbits[known])
        untold = [name for name, is_told in zip(self.classes, told, strict=True) if not is_told]
        if untold:
            raise ValueError(
                f"the classes of symmetry '{self.expression}': no sample is of class "
                f"{listed(untold)}, and the group turns no other class into it: leave it out, or "
                "add samples"
            )

    def describe(
        self, columns: Iterable | None = None, classes: Iterable | None = None
    ) -> Description:
        """Return a table of what each column and each output is, and of what moves it.

        Parameters
        ----------
        columns, classes : list, default=None
            Names for the table. None: those of the symmetry. If it has none, columns are called
            x0, x1, ..., and outputs y0, y1, ...

        Returns
        -------
        Description
            It prints as a table, and its ``inputs`` and ``outputs`` are lists of rows. An unknown
            size is solved from the names; without names the table is that of a small size.

        Examples
        --------
        >>> from sklearn_symclone import Symmetry
        >>> symmetry = Symmetry.parse("S(2) -> S(2) + 1", classes=["win", "loss", "draw"])
        >>> print(symmetry.describe(columns=["elo1", "elo2"]))
        S(2) -> S(2) + 1
        <BLANKLINE>
        column  what it is      moved by  a move of S(2) makes it
        elo1    item 1 of S(2)  S(2)      elo2
        elo2    item 2 of S(2)  S(2)      elo1
        output
        win     item 1 of S(2)  S(2)      loss
        loss    item 2 of S(2)  S(2)      win
        draw    invariant       nothing   draw
        """
        symmetry: Any = self  # a dataclass
        named = replace(
            symmetry,
            columns=self.columns if columns is None else columns,
            classes=self.classes if classes is None else classes,
        )
        return describe(named)
