"""``manage.py load_standard FILE [--check] [--json]``."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from lib.clock import database_now
from standards.parsing.findings import ERROR, Finding
from standards.services import LoadOutcome, load_standard

SENTENCES = {
    "created": "已载入标准 {code}（{version}）。",
    "new_version": "已载入标准 {code} 的新版本 {version}；原有版本保持不变。",
    "replaced": "标准 {code}（{version}）还没有被使用，已用新的内容替换。",
    "unchanged": "标准 {code}（{version}）的内容与已载入的相同，没有改动。",
    "checked": "检查通过，没有写入任何内容：标准 {code}（{version}）。",
    "conflict": "没有载入：标准 {code}（{version}）正在使用。",
    "rejected": "没有载入：文件中有 {errors} 处错误，请全部改正后再试。",
}


class Command(BaseCommand):
    help = "读入一份职业技能等级标准；一次列出文件中的全部错误。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="标准文件")
        parser.add_argument("--check", action="store_true", help="只检查，不写入")
        parser.add_argument("--json", action="store_true", help="输出一个 JSON 对象")

    def handle(self, *args: Any, **options: Any) -> None:
        outcome = self._load(Path(options["file"]), check=options["check"])
        if options["json"]:
            self.stdout.write(json.dumps(outcome.as_json(), ensure_ascii=False))
        else:
            self._tell(outcome)
        if not outcome.ok:
            raise SystemExit(1)

    def _load(self, path: Path, *, check: bool) -> LoadOutcome:
        try:
            data = path.read_bytes()
        except OSError:
            finding = Finding(
                ERROR, "unreadable", None, None, None, f"打不开文件“{path}”，请核对文件名和读取权限。"
            )
            return LoadOutcome("rejected", findings=[finding])
        return load_standard(data=data, filename=path.name, by="命令行", at=database_now(), check=check)

    def _tell(self, outcome: LoadOutcome) -> None:
        for finding in outcome.findings:
            self.stdout.write(("错误：" if finding.severity == ERROR else "提示：") + finding.message)
        errors = sum(finding.severity == ERROR for finding in outcome.findings)
        identity = outcome.standard or {"code": "", "version": ""}
        self.stdout.write(
            SENTENCES[outcome.outcome].format(
                code=identity["code"], version=identity["version"], errors=errors
            )
        )
        if outcome.counts and outcome.ok:
            self.stdout.write(
                "等级 {levels} 个，工作领域 {areas} 个，工作任务 {tasks} 项，职业技能要求 {requirements} 条。".format(
                    **outcome.counts
                )
            )
