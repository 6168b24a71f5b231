"""What runs remember: outcomes, articles, visits, and the rules for asking again."""
