"""The pages of the web page, a module a group of pages."""
