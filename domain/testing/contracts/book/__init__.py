"""The first tier: a book alone, its guards, its units of work and its races."""
