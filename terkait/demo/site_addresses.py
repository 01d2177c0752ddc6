"""Where everything of the demo site is found: key to address."""

from collections.abc import Mapping
from dataclasses import dataclass

from terkait.demo.content import Content, DemoArticle, DemoLink, slug


@dataclass(frozen=True, kw_only=True, slots=True)
class Addresses:
    """The addresses of one running site."""

    content: Content
    #: host key -> scheme, address and port, e.g. "http://127.0.0.1:8471"
    base_urls: Mapping[str, str]

    def url(self, key: str) -> str:
        """The address that links with this key have on the pages."""
        thing = self.thing(key)
        if isinstance(thing, DemoArticle):
            return self.base_urls[thing.host] + article_path(thing, self.content)
        if thing.kind == "amp":
            return self.base_urls[thing.host] + "/amp" + self.path(thing.target)
        if thing.kind == "tracked":
            return self.url(thing.target) + thing.query
        return self.base_urls[thing.host] + thing.path

    def path(self, key: str) -> str:
        """The address without scheme and host."""
        return self.url(key).removeprefix(self.base_urls[self.thing(key).host])

    def thing(self, key: str) -> DemoArticle | DemoLink:
        """The article or odd address of this key; KeyError where there is none."""
        return self.content.articles.get(key) or self.content.links[key]

    def titled(self, key: str) -> DemoArticle | DemoLink:
        """What says the title and teaser of a link: what it leads to, or itself."""
        thing = self.thing(key)
        target = thing.target if isinstance(thing, DemoLink) else ""
        return self.content.articles[target] if target else thing


def article_path(article: DemoArticle, content: Content) -> str:
    """Publishers build addresses differently: number first, or section first and number last."""
    if content.hosts[article.host].layout == "lists":
        return f"/{slug(article.section)}/{article.slug}-{article.number}"
    return f"{article.folder or '/berita'}/{article.number}/{article.slug}"
