"""From an address to a response: whom we may ask, and how much of an answer we take."""
