"""The search for texts that tell the same story, among up to millions."""
