"""Mail: writes the letters of notices and hands them to a mail server, a folder, the terminal or a list."""
