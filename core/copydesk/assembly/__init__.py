"""From draft to article."""
