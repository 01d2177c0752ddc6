"""The shipped models fit the features that they are asked about."""

import numpy as np

from crawler.decision_trees import trees, trees_of
from tests.unit.workers.parsing.pages import document, saved
from workers.parsing.body.body import body_of
from workers.parsing.body.outline_builder import outline_of
from workers.parsing.body.text_features import Claims, features
from workers.parsing.kinds import page_signs


def test_the_body_model_asks_only_for_features_that_exist() -> None:
    table, rows = features(outline_of(saved("dermaga/article.html").tree), Claims())
    assert len(table) == len(rows)
    assert trees("workers.parsing.body", "body").columns.max() < table.shape[1]


def test_the_kinds_model_asks_only_for_signs_that_exist() -> None:
    page = saved("dermaga/article.html")
    outline = outline_of(page.tree)
    signs = page_signs(page, outline, body_of(outline, Claims()), "x")
    assert trees("workers.parsing", "kinds").columns.max() < len(signs)


def test_menu_entries_get_no_row() -> None:
    outline = outline_of(document("<li><a href=/a>Politik</a></li><p>A text.</p>").tree)
    _, rows = features(outline, Claims())
    assert [outline.blocks[i].text for i in rows] == ["A text."]


def test_a_tree_answers_by_its_borders() -> None:
    model = trees_of([[0, 1]], [[0.5, 0.5]], [[-9.0, 1.0, 0.0, 9.0]], bias=0.0)
    chances = model.probabilities(np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]))
    assert chances.round(2).tolist() == [0.0, 0.73, 1.0]


def test_a_tree_deeper_than_a_byte_finds_its_leaf() -> None:
    depth = 9
    leaves = [float(leaf == (1 << depth) - 1) for leaf in range(1 << depth)]
    model = trees_of([[0] * depth], [[0.5] * depth], [leaves], bias=0.0)
    assert model.probabilities(np.array([[0.0], [1.0]])).round(2).tolist() == [0.5, 0.73]
