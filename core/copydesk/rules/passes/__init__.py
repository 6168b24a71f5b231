"""The passes over a draft's segments, in their fixed order."""
