#!/usr/bin/env python
"""Django's command line; makes sure of secrets and servers before Django is set up."""

import os
import sys

from certification import environment
from lib.embedded import EmbeddedError


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "certification.settings")
    try:
        environment.ensure(sys.argv)
    except EmbeddedError as error:
        sys.exit(str(error))
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
