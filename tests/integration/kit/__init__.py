"""The test kit that embedders install, held against the stores of the desk."""
