"""Relational program and rows → facts and proofs.

`memory` is the engine; `proof` rebuilds a proof on demand. Both know programs, neither knows positions.
"""
