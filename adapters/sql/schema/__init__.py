"""Tables, column types, and rows as domain objects."""
