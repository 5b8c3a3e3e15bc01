"""Shapes that only describe an API's bodies, for the schema."""

from typing import Any

from rest_framework import serializers


class Shape(serializers.Serializer[dict[str, Any]]):
    """Base of shapes that neither read nor write: the bodies are made elsewhere."""
