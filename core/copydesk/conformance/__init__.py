"""The checks that every adapter must pass, run over its fixtures."""
