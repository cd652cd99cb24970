"""The check of the books, and copies of them that are whole."""
