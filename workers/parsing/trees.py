"""A small ensemble of decision trees, evaluated for all rows at once."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Trees:
    """Symmetric trees: every level of a tree asks one question of all rows.

    So the answers of a row are the bits of a number, which is the place of its leaf.
    """

    #: columns that the questions look at, trees x levels
    columns: npt.NDArray[np.int64]
    #: the answer is yes above these, trees x levels
    borders: Floats
    #: trees x leaves
    leaves: Floats
    #: what is added to the sum of the leaves
    bias: float

    def probabilities(self, table: Floats) -> Floats:
        """For each row of the table the probability of yes."""
        trees, levels = self.columns.shape
        above = table[:, self.columns.ravel()] > self.borders.ravel()
        places = above.reshape(len(table), trees, levels) @ (1 << np.arange(levels))
        total = self.leaves[np.arange(trees), places].sum(axis=1) + self.bias
        return np.asarray(1 / (1 + np.exp(-np.clip(total, -30, 30))))


@cache
def trees(name: str) -> Trees:
    """The ensemble ``name`` that comes with the program (``bench/train_*.py`` writes it)."""
    data = json.loads(files("workers.parsing").joinpath(f"{name}.json").read_text("utf-8"))
    return Trees(
        columns=np.array(data["columns"], dtype=np.int64),
        borders=np.array(data["borders"]),
        leaves=np.array(data["leaves"]),
        bias=float(data["bias"]),
    )
