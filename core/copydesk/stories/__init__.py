"""Stories: the records that tell the same story, and what each outlet made of it."""
