"""What is worked out rather than looked up: regions, quotes, dates; each offered to rules as a relation."""
