"""Where every character and every field of a reading came from."""
