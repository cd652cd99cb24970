"""The tier of the readers: lists and details, as of the moment they are read."""
