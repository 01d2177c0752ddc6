"""What the tags of HTML are, for link finder and reader alike: each list stands here once."""

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
#: they hold an article, where a page has one
CONTENT = frozenset({"article", "main"})
#: they flow with the text around them
INLINE = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "ins", "kbd", "label", "mark", "nobr", "q", "rb", "ruby", "s", "samp", "small",
    "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
})  # fmt: skip
#: they begin a paragraph or hold some
BLOCKS = HEADINGS | CONTENT | {
    "address", "aside", "blockquote", "center", "dd", "details", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "form", "hgroup", "li", "ol", "p", "pre", "section", "summary", "table",
    "tbody", "tfoot", "thead", "tr", "ul",
}  # fmt: skip
#: nobody reads what is in them
SILENT = frozenset({"head", "iframe", "script", "select", "style", "svg", "template"})
#: what is in them is no text of an article either
WITHOUT_TEXT = SILENT | {
    "audio", "canvas", "embed", "input", "map", "noscript", "object", "textarea", "video",
}  # fmt: skip
