"""From a file to a tree: pure functions that know neither Django nor any particular standard.

``readers`` turn bytes into a :class:`~standards.parsing.document.Document` (one reader per file format), and
``parser`` turns a document into a tree and findings. A new format is a new reader; nothing behind it changes.
"""

from standards.parsing.findings import Finding
from standards.parsing.parser import Parsed, parse_file

__all__ = ["Finding", "Parsed", "parse_file"]
