"""The parts of the link finder, plain Python; ``crawler.related`` puts them together."""
