"""The tier of logins: who trades here, what staff do to them, and how they are logged in."""
