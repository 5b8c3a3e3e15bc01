"""Parts of addresses that name a standard."""

from django.urls import register_converter


class CodeConverter:
    """A standard's code. Some codes have a slash, which would divide the address: it is written ~ there."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return value.replace("~", "/")

    def to_url(self, value: str) -> str:
        return value.replace("/", "~")


register_converter(CodeConverter, "standard_code")
