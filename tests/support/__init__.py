"""What several rooms of the tests work with."""
