"""The parts of the link finder, plain Python; ``crawler.links.finder`` puts them together."""
