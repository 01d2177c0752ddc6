"""The tables of what is known of the boxes on the pages of a site."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Id, key


class BoxPlace(Base):
    """A place on the pages of a site where a box of links stands."""

    __tablename__ = "box_places"
    __table_args__ = (UniqueConstraint("site", "place"),)

    id: Mapped[int] = key()
    site: Mapped[str]
    #: as crawler.links.finder gives it
    place: Mapped[str]
    #: pages on which it was met, while it is being learned
    pages: Mapped[int]
    #: on how many of these nothing said what the box is
    unlabelled: Mapped[int]
    #: when the learning began; it begins anew after some time, since sites change
    learned_at: Mapped[datetime]
    #: what a person said that it is: related, other; NULL: nothing
    judged: Mapped[str | None]


class BoxTarget(Base):
    """On how many pages a box at that place holds the same link."""

    __tablename__ = "box_targets"

    place_id: Mapped[int] = mapped_column(
        Id, ForeignKey("box_places.id", ondelete="CASCADE"), primary_key=True
    )
    #: 8 bytes of the address's hash
    target: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    pages: Mapped[int]


class BoxPage(Base):
    """A page from which a place was learned, so that it counts once however often it is read."""

    __tablename__ = "box_pages"

    place_id: Mapped[int] = mapped_column(
        Id, ForeignKey("box_places.id", ondelete="CASCADE"), primary_key=True
    )
    #: 8 bytes of the hash of the page's address
    page: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
