"""Drills: faults injected into the running product while candidates sit (docs/drills.md)."""
