"""The web page and the JSON API: what the commands ask, to look at and to build on. Read only."""
