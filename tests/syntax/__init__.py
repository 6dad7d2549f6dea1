"""Tests of checker/syntax: trees, mistakes, tables, layout."""
