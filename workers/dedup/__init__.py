"""What a text is known again by, and how alike two texts are."""
