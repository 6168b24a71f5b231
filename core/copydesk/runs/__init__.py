"""One run over many inputs: sources, workers, state, resume."""
