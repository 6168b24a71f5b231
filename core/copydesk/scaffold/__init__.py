"""Scaffolding: propose the smallest adapter that an outlet's pages need."""
