"""The contract suite of outlet adapters."""
