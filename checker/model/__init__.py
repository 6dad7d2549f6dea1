"""AST → resolved model of a case: entities, positions, statements, conditions, facts.

Knows what names mean, not what follows from them.
"""
