"""What surrounds a story: fixed wordings, promotions, links, controls and what follows its close."""
