"""The desk's page in the browser: its files, and how they are handed out. Whoever serves them is no concern of it."""
