"""A new version beside the old one: the report, what rests on it, and the map a person confirms."""

import pytest

from accounts.enums import Role
from audit.models import AuditEvent
from lib.clock import database_now
from lib.refusals import Conflict, Invalid
from standards import queries, versions
from standards.models import RequirementMapping, Standard, VersionMapping
from standards.services import load_standard
from tests import factories

pytestmark = pytest.mark.django_db

NEW = (
    ("（2021 年 2.0 版）", "（2026 年 3.0 版）"),
    ("1.3.4 能熟练查询后台多种", "1.3.4 能熟练查询并导出后台多种"),
    (" 1.4.4 掌握多种设备自媒体管理工具的操作方法，确保用户互动及时性。", ""),
    ("GB/T 31482-2015", "GB/T 31482-2023"),
)


@pytest.fixture
def two(seed, changed):
    for data in (seed, changed(*NEW)):
        load_standard(data=data, filename="s.txt", by="测试", at=database_now())
    return Standard.objects.get(version="2.0"), Standard.objects.get(version="3.0")


def report_of(old, new):
    return versions.difference(
        versions.side_of_tree(queries.Tree(old)), versions.side_of_tree(queries.Tree(new))
    )


def test_the_report_names_what_changed_and_nothing_else(two):
    report = report_of(*two)
    assert [(change.label, change.here.level, change.here.code) for change in report.changed] == [
        ("改写", "初级", "1.3.4"),
        ("删去", "初级", "1.4.4"),
    ]
    assert [(one.chapter, one.added, one.removed) for one in report.chapters] == [
        ("规范性引用文件", ("GB/T 31482-2023",), ("GB/T 31482-2015",))
    ]
    assert report.counts["unchanged"] == 170


def test_the_version_before_is_found_by_number(two, changed):
    old, new = two
    assert versions.predecessor(new) == old
    assert versions.predecessor(old) is None
    for version in ("9.0", "10.0"):
        load_standard(
            data=changed(("2.0 版", f"{version} 版")), filename="s.txt", by="测试", at=database_now()
        )
    assert versions.predecessor(Standard.objects.get(version="10.0")).version == "9.0"


def test_impact_names_the_items_forms_and_blueprints_of_ones_own_organisation(two):
    old, new = two
    organisation, other = factories.organisation(), factories.organisation()
    level = old.levels.get(name="初级")
    hit = factories.item(organisation, level, requirement="1.3.4")
    factories.item(organisation, level, requirement="1.1.1")
    factories.item(other, level, requirement="1.4.4")
    form = factories.form(organisation, level, items=42)
    touched = {
        (one.touched.kind, one.touched.name): {change.here.code for change in one.changes}
        for one in versions.impact(report_of(old, new), [organisation.pk])
    }
    assert touched["试题", hit.item.code] == {"1.3.4"}
    assert touched["试卷", form.code] == {"1.3.4", "1.4.4"}
    assert touched["组卷方案", form.blueprint.name] == {"1.3.4", "1.4.4"}
    # The form's own two items on these requirements, and nobody else's.
    assert sum(kind == "试题" for kind, _ in touched) == 3


def test_impact_costs_the_same_however_large_the_bank(two, django_assert_num_queries):
    old, new = two
    organisation = factories.organisation()
    level = old.levels.get(name="初级")
    factories.item(organisation, level, requirement="1.3.4")
    report = report_of(old, new)
    with django_assert_num_queries(4):
        versions.impact(report, [organisation.pk])
    for _ in range(3):
        factories.item(organisation, level, requirement="1.4.4")
    with django_assert_num_queries(4):
        versions.impact(report, [organisation.pk])


def test_the_confirmed_map_covers_every_older_requirement(two):
    old, new = two
    by, report = factories.staff(factories.organisation()), report_of(old, new)
    rows = versions.mapping_rows(report, None)
    assert [(row.change.here.code, row.answer) for row in rows] == [("1.3.4", "初级 1.3.4"), ("1.4.4", "")]
    # The person knows better: 1.4.4 became part of 1.4.3.
    pairs = versions.pairs_from(report, {rows[1].field: "初级  1.4.3"})
    mapping = versions.confirm_mapping(old=old, new=new, pairs=pairs, by=by, at=database_now())
    assert mapping.rows.count() == 172
    stored = RequirementMapping.objects.get(mapping=mapping, old__code="1.4.4", old__level__name="初级")
    assert (stored.new.code, stored.new.level.standard) == ("1.4.3", new)
    assert AuditEvent.objects.filter(action="standard.mapping_confirmed").get().data["without"] == 0
    assert versions.mapping_rows(report, mapping)[1].answer == "初级 1.4.3"


def test_the_same_map_again_is_no_second_one_and_another_overrules_it(two):
    old, new = two
    by, report = factories.staff(factories.organisation()), report_of(old, new)
    versions.confirm_mapping(
        old=old, new=new, pairs=versions.pairs_from(report, {}), by=by, at=database_now()
    )
    with pytest.raises(Conflict):
        versions.confirm_mapping(
            old=old, new=new, pairs=versions.pairs_from(report, {}), by=by, at=database_now()
        )
    row = versions.mapping_rows(report, None)[0]
    pairs = versions.pairs_from(report, {row.field: ""})
    second = versions.confirm_mapping(old=old, new=new, pairs=pairs, by=by, at=database_now())
    assert VersionMapping.objects.count() == 2
    assert versions.confirmed_mapping(old, new) == second


def test_a_map_that_does_not_fit_is_refused_whole(two):
    old, new = two
    by, report = factories.staff(factories.organisation()), report_of(old, new)
    row = versions.mapping_rows(report, None)[0]
    with pytest.raises(Invalid, match=r"初级 1\.3\.4 的对应要求“初级 9\.9\.9”在新版里没有"):
        versions.pairs_from(report, {row.field: "初级 9.9.9"})
    pairs = versions.pairs_from(report, {})
    for broken in (
        dict(list(pairs.items())[1:]),
        {**pairs, next(iter(pairs)): next(iter(pairs))},
    ):
        with pytest.raises(Invalid):
            versions.confirm_mapping(old=old, new=new, pairs=broken, by=by, at=database_now())
    with pytest.raises(Invalid):
        versions.confirm_mapping(old=old, new=old, pairs=pairs, by=by, at=database_now())
    assert VersionMapping.objects.count() == 0


def test_a_refused_change_of_a_version_in_use_shows_the_difference(seed, changed, capsys):
    load_standard(data=seed, filename="s.txt", by="测试", at=database_now())
    level = Standard.objects.get().levels.get(name="初级")
    factories.item(factories.organisation(), level, requirement="1.1.1")
    outcome = load_standard(data=changed(*NEW[1:3]), filename="s.txt", by="测试", at=database_now())
    assert outcome.outcome == "conflict"
    told = [one for one in outcome.findings if one.kind == "difference"]
    assert [(one.level, one.code) for one in told] == [("初级", "1.3.4"), ("初级", "1.4.4")]
    assert "能熟练查询并导出后台多种分析统计数据。" in told[0].message
    assert queries.requirement_by_code("530053", "2.0", "初级", "1.3.4").text.startswith("能熟练查询后台")


def test_the_compare_page_shows_and_confirms(two):
    old, new = two
    organisation = factories.organisation()
    client = factories.browser(factories.staff(organisation))
    address = f"/standards/{new.uuid}/compare/"
    page = client.get(address).content.decode()
    for words in ("<ins>并导出</ins>", "确认对应关系", "GB/T 31482-2023", "170</span> 未变"):
        assert words in page
    assert client.post(address).status_code == 302
    assert VersionMapping.objects.get().new == new
    assert "已于" in client.get(address).content.decode()
    assert client.get(f"{address}?with=7.7").status_code == 404
    assert "最早的版本" in client.get(f"/standards/{old.uuid}/compare/").content.decode()


def test_who_may_confirm_a_map(two):
    _, new = two
    address = f"/standards/{new.uuid}/compare/"
    keeper = factories.organisation()
    Standard.objects.update(keeper=keeper)
    for person, status in (
        (factories.staff(keeper, Role.AUTHOR), 403),
        (factories.staff(factories.organisation()), 403),
        (factories.candidate().user, 403),
        (factories.staff(keeper), 302),
    ):
        assert factories.browser(person).post(address).status_code == status
    assert VersionMapping.objects.get().by.memberships.get().organisation == keeper
    reader = factories.browser(factories.staff(factories.organisation(), Role.REVIEWER))
    assert reader.get(address).status_code == 200
