"""A standard as files: the same facts in TSV, JSON and Excel, and nothing in a cell that Excel would calculate."""

import io
import json
from urllib.parse import unquote

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from openpyxl import load_workbook

from lib.clock import database_now
from standards import queries
from standards.errata import add_erratum
from standards.export import as_json, file_name, write_xlsx
from standards.models import Level, Requirement, Standard, Term, WorkTask
from standards.services import load_standard
from tests import factories

pytestmark = pytest.mark.django_db

TYPO = {"cite_code": "requirement:高级:2.4.4", "printed": "related", "corrected": "相关", "note": "转录错误"}


@pytest.fixture
def standard(seed):
    load_standard(data=seed, filename="s.txt", by="测试", at=database_now())
    return Standard.objects.get()


def note(standard, *, place_text="执行效果和 related 数据", **fields):
    user = factories.staff(factories.organisation())
    return add_erratum(
        standard=standard, place_text=place_text, by=user, at=database_now(), **{**TYPO, **fields}
    )


def book_of(standard):
    file = io.BytesIO()
    write_xlsx(queries.Tree(standard), file)
    file.seek(0)
    return load_workbook(file)


def rows(sheet):
    return list(sheet.iter_rows(values_only=True))


def test_every_kind_of_fact_has_its_sheet(standard):
    book = book_of(standard)
    counts = {sheet.title: sheet.max_row - 1 for sheet in book}
    assert counts == {
        "职业技能要求": 172,
        "术语": 16,
        "引用文件": 10,
        "参考文献": 31,
        "适用专业": 141,
        "职业岗位": 14,
    }
    assert all(sheet.freeze_panes == "A2" and sheet.auto_filter.ref for sheet in book)
    head, first, *_ = rows(book["职业技能要求"])
    assert head == (
        "等级", "工作领域编号", "工作领域", "工作任务编号", "工作任务", "要求编号", "职业技能要求", "订正",
    )  # fmt: skip
    assert first[:2] == ("初级", "1")
    assert book.properties.description == standard.rights_notice


def test_the_sheet_of_requirements_says_what_the_tsv_says(standard):
    out = io.StringIO()
    call_command("export_standard", "530053", stdout=out)
    lines = [tuple(line.split("\t")) for line in out.getvalue().splitlines()]
    assert [row[:7] for row in rows(book_of(standard)["职业技能要求"])[1:]] == lines


def test_codes_stay_text(standard):
    Requirement.objects.filter(level__number=1, code="1.1.1").update(code="1.10")
    cell = book_of(standard)["职业技能要求"]["F2"]
    assert (cell.value, cell.data_type, cell.number_format) == ("1.10", "s", "@")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "#N/A"])
def test_nothing_is_a_formula(standard, text):
    Term.objects.filter(number="3.1").update(definition=text)
    cell = book_of(standard)["术语"]["D2"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.quotePrefix == (text[0] in "=+-@")


def test_what_excel_cannot_hold_is_left_out(standard):
    Term.objects.filter(number="3.1").update(definition="甲\x0b乙\x1f\uffff丙\n丁", name="长" * 100)
    sheet = book_of(standard)["术语"]
    assert sheet["D2"].value == "甲乙丙\n丁"


def test_errata_stand_in_a_column_of_their_own(standard):
    note(standard)
    area = Level.objects.get(number=3).areas.get(number=2)
    note(
        standard,
        cite_code=area.cite_code,
        place_text=area.name,
        printed=area.name[:2],
        corrected="新名",
        note="",
    )
    sheet = rows(book_of(standard)["职业技能要求"])
    wrong = next(row for row in sheet if row[0] == "高级" and row[5] == "2.4.4")
    assert "related" in wrong[6]
    assert wrong[7] == "“related”应为“相关”（转录错误）"
    assert [row[5] for row in sheet if row[7] and row[7].startswith("工作领域：")] == ["2.1.1"]


def test_the_json_tells_errata_and_references(standard):
    note(standard)
    body = as_json(queries.Tree(standard))
    requirement = next(
        one
        for area in body["levels"][2]["areas"]
        for task in area["tasks"]
        for one in task["requirements"]
        if one["code"] == "2.4.4"
    )
    assert requirement["cite"] == "requirement:高级:2.4.4"
    assert [(one["printed"], one["corrected"]) for one in requirement["errata"]] == [("related", "相关")]
    assert body["rights_notice"] == standard.rights_notice
    first = body["normative_references"][0]
    assert (first["code"], first["year"], first["dated"]) == ("GB/T 31282", "2014", True)
    assert body["bibliography"][0]["number"] == 1
    json.dumps(body)


@pytest.mark.parametrize("kind", ["tsv", "json", "xlsx"])
def test_the_command_writes_a_file(standard, tmp_path, kind):
    target = tmp_path / "标准"
    call_command("export_standard", "530053", "--format", kind, "--output", str(target))
    data = target.read_bytes()
    if kind == "xlsx":
        assert len(load_workbook(io.BytesIO(data)).sheetnames) == 6
    else:
        out = io.StringIO()
        call_command("export_standard", "530053", "--format", kind, stdout=out)
        assert data == out.getvalue().encode()


def test_an_excel_file_goes_to_a_pipe_and_not_to_a_screen(standard, tmp_path):
    with pytest.raises(CommandError, match="--output"):
        call_command("export_standard", "530053", "--format", "xlsx", stdout=io.StringIO())
    pipe = io.TextIOWrapper(io.BytesIO())
    call_command("export_standard", "530053", "--format", "xlsx", stdout=pipe)
    assert len(load_workbook(io.BytesIO(pipe.buffer.getvalue())).sheetnames) == 6


def test_a_place_that_cannot_be_written_is_said_plainly(standard, tmp_path):
    with pytest.raises(CommandError, match="无法写入"):
        call_command("export_standard", "530053", "--output", str(tmp_path / "nowhere" / "x"))


def test_staff_download_what_the_command_writes(standard):
    client = Client()
    address = f"/standards/{standard.uuid}/export"
    assert client.get(f"{address}.tsv").status_code == 302
    client.force_login(factories.candidate().user)
    assert client.get(f"{address}.tsv").status_code == 403
    client.force_login(factories.staff(factories.organisation()))
    for kind in ("tsv", "json", "xlsx"):
        answer = client.get(f"{address}.{kind}")
        assert answer.status_code == 200
        start, named = answer["Content-Disposition"].split("filename*=utf-8''")
        assert start == "attachment; "
        assert unquote(named) == f"530053-2.0-新媒体营销职业技能等级标准.{kind}"
        if kind == "tsv":
            out = io.StringIO()
            call_command("export_standard", "530053", stdout=out)
            assert answer.content == out.getvalue().encode()
    assert client.get(f"{address}.pdf").status_code == 404
    assert client.get("/standards/00000000-0000-4000-8000-000000000000/export.tsv").status_code == 404


def test_a_file_name_fits_every_disk():
    odd = Standard(code="5/3", version="2", title='甲"乙\n')
    assert file_name(odd, "tsv") == "5_3-2-甲_乙_.tsv"


def test_a_task_without_requirements_breaks_nothing(standard):
    task = WorkTask.objects.filter(area__level__number=1).first()
    task.requirements.all().delete()
    assert book_of(standard)["职业技能要求"].max_row < 173
