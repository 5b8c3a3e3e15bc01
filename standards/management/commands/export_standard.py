"""``manage.py export_standard CODE [--version V] [--format tsv|json|xlsx] [--output FILE]``."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from standards import queries
from standards.export import FORMATS, render


class Command(BaseCommand):
    help = "导出一份标准：tsv 为每行一条职业技能要求（按原文顺序），json 和 xlsx 为全部内容。"

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        # Django's own --version prints Django's version; here the word means the standard's.
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", metavar="CODE", help="标准代码")
        parser.add_argument("--version", dest="standard_version", help="版本；不写则为最新版本")
        parser.add_argument("--format", choices=tuple(FORMATS), default="tsv", help="输出格式")
        parser.add_argument("--output", metavar="FILE", type=Path, help="写入的文件；不写则输出到屏幕或管道")

    def handle(self, *args: Any, **options: Any) -> None:
        code, version = options["code"], options["standard_version"]
        standard = queries.by_version(code, version)
        if standard is None:
            wanted = f"标准 {code}" + (f" 的 {version} 版" if version else "")
            raise CommandError(f"没有找到{wanted}，请核对代码和版本，或先用 load_standard 载入。")
        data = render(queries.Tree(standard), options["format"])
        if options["output"]:
            try:
                options["output"].write_bytes(data)
            except OSError as error:
                raise CommandError(f"无法写入 {options['output']}：{error.strerror}。") from error
        elif options["format"] == "xlsx":
            self._write_bytes(data)
        else:
            self.stdout.write(data.decode(), ending="")

    def _write_bytes(self, data: bytes) -> None:
        """Excel files are no text: they go to a pipe or file, never to a screen."""
        binary = getattr(self.stdout, "buffer", None)
        if binary is None or self.stdout.isatty():
            raise CommandError("Excel 文件不能显示在屏幕上，请用 --output 写明文件名，或用“>”写入文件。")
        binary.write(data)
        binary.flush()
