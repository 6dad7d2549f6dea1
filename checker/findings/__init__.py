"""Facts of a case's rules → findings with witnesses and proofs."""
