"""What a stranger gets: the domain as an installed package, and the example that is made of it."""
