"""The files of others are those that the table names, unchanged."""

import hashlib

from terkait.web.render import FOLDER
from terkait.web.vendored import VENDORED

LICENCES = {"MIT", "0BSD", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0"}


def test_each_file_is_the_one_that_was_taken_from_the_registry() -> None:
    hashes = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (FOLDER / "static" / "vendor").iterdir()
    }
    assert hashes == {file.file: file.sha256 for file in VENDORED}
    assert {file.licence for file in VENDORED} <= LICENCES


def test_no_page_names_another_host() -> None:
    ours = [*(FOLDER / "templates").glob("*.html"), *(FOLDER / "static").glob("*.*")]
    assert len(ours) > 20
    for path in ours:
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        for start in ('src="http', 'href="http', "url(http", "import("):
            assert start not in text, path.name
