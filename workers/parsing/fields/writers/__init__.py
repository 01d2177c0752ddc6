"""Who wrote an article: bylines, credits, portraits, links to writers' pages."""
