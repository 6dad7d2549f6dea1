"""Model and rules → one relational program: clauses, their order, safety and strata."""
