"""The contracts of the readers, over the desk's own stores: each file of them by one of the same name."""
