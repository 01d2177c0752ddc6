"""A short crawl under blows leaves the rows of a quiet one; ``make chaos`` is a long one."""

import pytest

from bench import chaos


@pytest.mark.timeout(600)
def test_crawl_under_blows_loses_nothing_and_has_nothing_twice() -> None:
    total = chaos.run(seconds=10, pages=24, seed=7, is_postgres=False)
    assert total["crawls"]
    assert any(name.startswith("killed") for name in total)
    assert not [name for name in total if "lost" in name or "too many" in name]
