"""The body: which texts of a page are the article's."""
