"""blake2b without OpenSSL, whose loading takes as long as reading a small case."""

from __future__ import annotations

try:
    from _blake2 import blake2b
except ImportError:  # an interpreter without the accelerator module
    from hashlib import blake2b

__all__ = ["blake2b"]
