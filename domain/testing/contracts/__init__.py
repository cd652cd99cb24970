"""The contracts of the ports, as tests. They stand in a fixture ``books`` that whoever runs them provides."""
