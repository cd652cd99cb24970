"""An example: a desk with parts of its own. See docs/own-parts.md."""
