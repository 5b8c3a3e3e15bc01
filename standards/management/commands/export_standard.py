"""``manage.py export_standard CODE [--version V] [--format tsv|json]``."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from standards import queries
from standards.export import as_json, tsv_lines


class Command(BaseCommand):
    help = "导出一份标准的全部职业技能要求，每行一条，按原文顺序。"

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        # Django's own --version prints Django's version; here the word means the standard's.
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", metavar="CODE", help="标准代码")
        parser.add_argument("--version", dest="standard_version", help="版本；不写则为最新版本")
        parser.add_argument("--format", choices=("tsv", "json"), default="tsv", help="输出格式")

    def handle(self, *args: Any, **options: Any) -> None:
        code, version = options["code"], options["standard_version"]
        standard = queries.by_version(code, version)
        if standard is None:
            wanted = f"标准 {code}" + (f" 的 {version} 版" if version else "")
            raise CommandError(f"没有找到{wanted}，请核对代码和版本，或先用 load_standard 载入。")
        tree = queries.tree(standard)
        if options["format"] == "json":
            self.stdout.write(json.dumps(as_json(tree), ensure_ascii=False, indent=2))
            return
        for line in tsv_lines(tree):
            self.stdout.write(line)
