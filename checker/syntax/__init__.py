"""Text → frozen AST, and AST → text.

`grammar/poscheck.lark` is the grammar; `tables` turns it into LALR(1) tables with lark, `driver` runs the
tables, `build` makes the nodes of `ast`, and `parse` reads a file. For a file with mistakes `layout` says where
items and statements seem to start, `recovery` reads what is readable, and `messages` finds the words for what
is not. `format` prints the AST again with every comment; `written` has the text of each node.

Knows nothing of what names mean.
"""
