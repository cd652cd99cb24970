"""What both API documents say of the desk as a whole."""

from __future__ import annotations

from collections.abc import Mapping

CONTACT: Mapping[str, str] = {"name": "The operator of this desk"}
LICENSE_NAME = "Apache License 2.0"
LICENSE = "Apache-2.0"
"""Its identifier on the SPDX list."""
