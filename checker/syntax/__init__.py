"""Text → frozen AST, and AST → text.

`grammar/poscheck.lark` is the grammar; `tables` turns it into LALR(1) tables with lark, `driver` runs the
tables, `build` makes the nodes of `ast`, `parse` splits a file into items and recovers from mistakes, and
`format` prints the AST again with every comment.

Knows nothing of what names mean.
"""
