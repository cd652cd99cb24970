"""Signed tokens (PyJWT) and slow password hashes (Argon2)."""
