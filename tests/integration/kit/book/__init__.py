"""The contracts of a book alone, over the desk's own stores: each file of them by one of the same name."""
