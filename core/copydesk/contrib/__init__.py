"""Parts for other people's programs. Each module needs its own package; core imports none."""
