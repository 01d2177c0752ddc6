"""Parameters that several routes of the API take."""

from typing import Annotated

from fastapi import Query

Words = Annotated[
    str,
    Query(
        max_length=2_000,
        description="Words, phrases and fields, as in the search of the page.",
        examples=['banjir OR rob "air pasang" -semarang site:news.example since:2026-08'],
    ),
]
