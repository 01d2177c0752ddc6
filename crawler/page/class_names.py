"""What an element's class and id say of its place on the page."""

#: prefixes of what WordPress writes into the class of a post: its categories and tags
_SUBJECTS = ("category-", "tag-")
#: in the class of such a post
_POST, _STORY = "status-publish", "hentry"
#: what Drupal writes of a story that may stand on the front page
_STATES = ("node--promoted", "node-promoted")


def names_of_place(names: str) -> str:
    """The names without those that tell of the story: "category-most-popular" of a post."""
    if _POST in names or _STORY in names:
        return " ".join([word for word in names.split() if not word.startswith(_SUBJECTS)])
    if "promoted" in names:
        return " ".join([word for word in names.split() if word not in _STATES])
    return names
