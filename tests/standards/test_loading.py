"""Loading into the database, reading back, exporting: the contract's outcomes."""

import io
import json
import time

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from audit.models import AuditEvent
from exams.models import Scheme
from lib.clock import database_now
from standards import queries, usage
from standards.models import BibliographyEntry, Level, Major, NormativeReference, Occupation, Standard, Term
from standards.parsing import parse_file
from standards.services import load_standard
from tests import factories
from tests.standards.conftest import FILE

pytestmark = pytest.mark.django_db

OTHER = ("能熟练查询后台多种分析统计数据", "能熟练查询并导出后台多种分析统计数据")


def load(data: bytes, **options):
    return load_standard(data=data, filename="s.txt", by="测试", at=database_now(), **options)


def in_use(monkeypatch):
    class Always(usage.Usage):
        def refers_to(self, standard):
            return True

    monkeypatch.setattr(usage, "usages", [Always()])


@pytest.fixture(autouse=True)
def _nothing_refers(monkeypatch):
    monkeypatch.setattr(usage, "usages", [])


def test_a_new_standard_is_created_whole_and_fast(seed):
    started = time.perf_counter()
    outcome = load(seed)
    assert time.perf_counter() - started < 2
    assert outcome.outcome == "created"
    standard = Standard.objects.get(code="530053")
    assert queries.counts(standard) == outcome.counts
    assert outcome.counts == {"levels": 3, "areas": 13, "tasks": 41, "requirements": 172}
    assert standard.source_text == seed.decode()
    assert AuditEvent.objects.filter(stream="standard:530053", action="standard.created").count() == 1


def test_facts_are_cited_by_stable_codes(seed):
    load(seed)
    for model, cite in (
        (Term, "term:3.6"),
        (BibliographyEntry, "reference:2"),
        (NormativeReference, "normative:GB/T 31282-2014"),
        (Occupation, "occupation:初级:短视频运营"),
        (Major, "major:old:高等职业学校:市场营销"),
    ):
        assert model.objects.filter(cite_code=cite).count() == 1, cite


def test_the_same_content_again_changes_nothing(seed):
    load(seed)
    before = list(Level.objects.values_list("pk", flat=True))
    assert load(seed).outcome == "unchanged"
    assert load(seed.decode().replace("\n", "\r\n").encode("gb18030")).outcome == "unchanged"
    assert list(Level.objects.values_list("pk", flat=True)) == before


def test_other_content_replaces_what_nobody_uses(seed, changed):
    load(seed)
    uuid = Standard.objects.get().uuid
    assert load(changed(OTHER)).outcome == "replaced"
    standard = Standard.objects.get()
    assert standard.uuid == uuid
    assert queries.counts(standard)["requirements"] == 172
    assert "导出" in queries.requirement_by_code("530053", "2.0", "初级", "1.3.4").text


def test_other_content_is_refused_once_in_use(seed, changed, monkeypatch):
    load(seed)
    in_use(monkeypatch)
    outcome = load(changed(OTHER))
    assert outcome.outcome == "conflict"
    assert not outcome.ok
    assert "版本号" in outcome.findings[0].message
    assert "导出" not in queries.requirement_by_code("530053", "2.0", "初级", "1.3.4").text
    assert load(seed).outcome == "unchanged"
    assert load(changed(OTHER), check=True).outcome == "conflict"


def test_what_a_foreign_key_protects_is_in_use_though_no_check_said_so(seed, changed):
    load(seed)
    level = Level.objects.get(name="初级")
    Scheme.objects.create(
        organisation=factories.organisation(), level=level, name="方案", pass_rule={}, publicity_days=0
    )
    for check in (True, False):
        assert load(changed(OTHER), check=check).outcome == "conflict"
    standard = Standard.objects.get()
    assert queries.counts(standard)["requirements"] == 172
    assert "导出" not in standard.source_text


def test_a_new_version_stands_beside_the_old(seed, changed, monkeypatch):
    load(seed)
    in_use(monkeypatch)
    assert load(changed(("2.0 版", "10.0 版"))).outcome == "new_version"
    assert load(changed(("2.0 版", "9.1 版"))).outcome == "new_version"
    assert queries.newest("530053").version == "10.0"
    assert Standard.objects.count() == 3


def test_a_check_writes_nothing(seed, changed):
    assert load(seed, check=True).outcome == "checked"
    assert Standard.objects.count() == 0
    load(seed)
    assert load(changed(OTHER), check=True).outcome == "checked"
    assert "导出" not in queries.requirement_by_code("530053", None, "初级", "1.3.4").text
    assert AuditEvent.objects.filter(stream="standard:530053").count() == 1


def test_a_broken_file_writes_nothing(seed, changed):
    outcome = load(changed(("表 3 新媒体营销职业", "表 3 直播电商职业")))
    assert outcome.outcome == "rejected"
    assert Standard.objects.count() == 0
    name = "很长的名称" * 50
    assert load(changed(("\t4.1 直播营销规划与筹备", f"\t4.1 {name}"))).outcome == "rejected"
    assert Standard.objects.count() == 0


def test_one_list_of_majors_without_catalogue_is_accepted(changed):
    data = changed(("4.1 参照原版专业目录", ""), ("4.2 参照新版职业教育专业目录", ""))
    assert load(data).outcome == "created"
    assert set(Major.objects.values_list("catalogue", flat=True)) == {"single"}


def test_a_higher_level_covers_the_lower_ones(seed):
    load(seed)
    covered = [queries.covered_requirements(level).count() for level in Level.objects.order_by("number")]
    assert covered == [42, 103, 172]


def test_a_requirement_is_found_by_its_four_names(seed):
    load(seed)
    assert queries.requirement_by_code("530053", "2.0", "高级", "1.1.1").text.startswith(
        "掌握自媒体平台环境趋势"
    )
    assert queries.requirement_by_code("530053", None, "初级", "1.1.1").text.startswith("掌握新媒体营销师")
    assert queries.requirement_by_code("530053", "2.0", "初级", "9.9.9") is None
    assert queries.requirement_by_code("530053", "7.7", "初级", "1.1.1") is None
    assert queries.requirement_by_code("0", None, "初级", "1.1.1") is None


def test_the_export_equals_the_file(seed):
    parsed = parse_file(seed, FILE.name)
    load(seed)
    out = io.StringIO()
    call_command("export_standard", "530053", "--version", "2.0", stdout=out)
    lines = out.getvalue().splitlines()
    wanted = [
        "\t".join(
            (
                level.code,
                str(area.number),
                area.name,
                task.code,
                task.name,
                requirement.code,
                requirement.text,
            )
        )
        for level in parsed.tree.levels
        for area in level.areas
        for task in area.tasks
        for requirement in task.requirements
    ]
    assert len(lines) == 172
    assert lines == wanted
    assert lines[0].startswith("初级\t1\t社交网络自媒体运营\t1.1\t帐号开通与设置\t1.1.1\t掌握")


def test_the_json_export_has_everything(seed):
    load(seed)
    out = io.StringIO()
    call_command("export_standard", "530053", "--format", "json", stdout=out)
    body = json.loads(out.getvalue())
    assert len(body["terms"]) == 16
    assert sum(len(t["requirements"]) for v in body["levels"] for a in v["areas"] for t in a["tasks"]) == 172


def test_an_unknown_standard_is_said_plainly():
    with pytest.raises(CommandError, match=r"没有找到标准 530053 的 9.9 版"):
        call_command("export_standard", "530053", "--version", "9.9")


def test_the_command_prints_one_json_object():
    out = io.StringIO()
    call_command("load_standard", str(FILE), "--json", stdout=out)
    body = json.loads(out.getvalue())
    assert set(body) == {"outcome", "standard", "counts", "findings"}
    assert body["outcome"] == "created"
    assert body["standard"] == {"code": "530053", "version": "2.0", "title": "新媒体营销职业技能等级标准"}
    assert {tuple(finding) for finding in body["findings"]} == {
        ("severity", "level", "code", "line", "message")
    }


def test_the_command_ends_with_1_on_a_fault(tmp_path, changed):
    broken = tmp_path / "broken.txt"
    broken.write_bytes(changed(("表 3 新媒体营销职业", "表 3 直播电商职业")))
    out = io.StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("load_standard", str(broken), "--check", stdout=out)
    assert end.value.code == 1
    assert "1 处错误" in out.getvalue()
    with pytest.raises(SystemExit):
        call_command("load_standard", str(tmp_path / "absent.txt"), "--json", stdout=out)
