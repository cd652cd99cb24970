"""How a request becomes its answer: whether it is let in and what it asks, and what is said where that fails."""
