"""Some mutants of pages, lists and robots.txt are read within the contract; ``make fuzz``: many."""

from bench.fuzz import Fuzz


def test_mutants_are_read_within_the_contract() -> None:
    fuzzed = Fuzz()
    fuzzed.run(80, start=1)
    assert set(fuzzed.counts) == {"check_links", "check_reading", "check_list", "check_robots"}
    assert fuzzed.slowest_seconds > 0
