"""A small ensemble of decision trees, evaluated for all rows at once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

#: so many answers fit into a byte
BYTE_LEVELS = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Trees:
    """Symmetric trees: every level of a tree asks one question of all rows.

    So the answers of a row are the bits of a number, which is the place of its leaf.
    """

    #: columns that the questions look at, each question once: trees share most of theirs
    columns: npt.NDArray[np.int64]
    #: the answer is yes above these; as a column
    borders: Floats
    #: the numbers of the questions, level after level, one a tree
    questions: npt.NDArray[np.int64]
    #: the leaves of all trees, one tree after the other
    leaves: Floats
    #: the place of the first leaf of each tree; as a column
    starts: npt.NDArray[np.int64]
    #: what is added to the sum of the leaves
    bias: float

    def probabilities(self, table: Floats) -> Floats:
        """For each row of the table the probability of yes."""
        trees, rows = len(self.starts), len(table)
        # columns are taken as a whole, so a table that lies column by column is read fastest
        above = table.T.take(self.columns, axis=0) > self.borders
        answers = above.view(np.uint8).take(self.questions, axis=0).reshape(-1, trees, rows)
        # a byte holds the answers of eight levels, and moves eight times as fast as an integer
        places = answers[-1].astype(np.uint8 if len(answers) <= BYTE_LEVELS else np.int64)
        for answer in answers[-2::-1]:
            places += places
            places += answer
        total = np.add.reduce(self.leaves.take(places + self.starts)) + self.bias
        return np.asarray(1 / (1 + np.exp(-np.minimum(np.maximum(total, -30), 30))))


@cache
def trees(package: str, name: str) -> Trees:
    """The ensemble ``name`` that comes with ``package`` (``bench/train_*.py`` writes it)."""
    data = json.loads(files(package).joinpath(f"{name}.json").read_text("utf-8"))
    return trees_of(data["columns"], data["borders"], data["leaves"], data["bias"])


def trees_of(
    columns: Sequence[Sequence[int]],
    borders: Sequence[Sequence[float]],
    leaves: Sequence[Sequence[float]],
    bias: float,
) -> Trees:
    """The ensemble of trees x levels questions and trees x leaves values."""
    size = len(leaves[0])
    asked = np.column_stack([np.array(each, dtype=float).T.ravel() for each in (columns, borders)])
    unique, questions = np.unique(asked, axis=0, return_inverse=True)
    return Trees(
        columns=unique[:, 0].astype(np.int64),
        borders=np.ascontiguousarray(unique[:, 1:]),
        questions=questions.ravel(),
        leaves=np.array(leaves, dtype=float).ravel(),
        starts=(np.arange(len(leaves)) * size)[:, None],
        bias=float(bias),
    )
