"""What all packages speak of: states, outcomes, claims, kinds, addresses, words. Plain Python."""
