"""Numbers: patterns are checked in words, and a number taken elsewhere never stops an issue."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates import numbering, services
from certificates.models import Certificate, NumberPattern, NumberSeries
from exams.models import Batch, Site
from lib.refusals import Conflict, Invalid
from standards.models import Standard
from tests import factories
from tests.certificates.making import administrator, decision, issued
from tests.pages.test_staff_pages import browser

DIGITS = st.text("0123456789", min_size=2, max_size=30)


@given(DIGITS, st.data())
def test_the_check_digit_notices_every_single_wrong_digit(text, data):
    position = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from([one for one in "0123456789" if one != text[position]]))
    wrong = text[:position] + other + text[position + 1 :]
    assert numbering.check_digit(wrong) != numbering.check_digit(text)


@pytest.mark.parametrize(
    ("pattern", "word"),
    [
        ("{standard}", "流水号"), ("{serial}{serial}", "只能出现一次"), ("{check}{serial}", "最后"),
        ("{serial}号", "短横线"), ("{serial}{name}", "{name}"), ("{serial:99}", "1 到 12"),
        ("A" * 55 + "{serial}", "60 个字符"), ("{serial}{", "短横线"),
    ],
)  # fmt: skip
def test_each_fault_of_a_pattern_has_its_own_sentence(pattern, word):
    with pytest.raises(Invalid) as caught:
        numbering.check_pattern(pattern)
    assert [word in one["message"] for one in caught.value.errors] == [True]


def test_the_default_pattern_is_good_and_a_check_digit_is_one_digit():
    numbering.check_pattern(NumberPattern._meta.get_field("pattern").default)
    assert len(numbering.render("{serial:5}{check:3}", {}, 1)) == 6


@pytest.mark.django_db
def test_two_bodies_with_the_same_pattern_never_share_a_number():
    first = issued()
    second = decision()
    # The same standard code, site, batch and year at another body: by the pattern alone the numbers would be equal.
    organisation = second.result.registration.session.organisation
    services.set_pattern(organisation=organisation, pattern="{serial:5}", by=administrator(second))
    services.set_pattern(organisation=first.organisation, pattern="{serial:5}", by=administrator(first))
    third = services.issue(
        decision_id=decision(of=factories.session(first.organisation)).pk, by=administrator(first)
    )
    fourth = services.issue(decision_id=second.pk, by=administrator(second))
    assert (third.number, fourth.number) == ("00001", "00002")


@pytest.mark.django_db
def test_a_refused_issue_uses_up_no_serial():
    one = issued()
    before = list(NumberSeries.objects.values_list("prefix", "last"))
    with pytest.raises(Conflict):
        services.issue(decision_id=one.decision_id, by=administrator(one))
    assert list(NumberSeries.objects.values_list("prefix", "last")) == before


@pytest.mark.django_db
def test_values_too_long_for_the_pattern_are_refused_with_a_sentence():
    one = decision()
    session = one.result.registration.session
    Standard.objects.filter(pk=session.scheme.level.standard_id).update(code="9" * 40)
    Site.objects.filter(pk=session.site_id).update(code="1" * 10)
    Batch.objects.filter(pk=session.batch_id).update(number=999)
    with pytest.raises(Conflict, match="60 个字符"):
        services.issue(decision_id=one.pk, by=administrator(one))
    assert not Certificate.objects.exists()


@pytest.mark.django_db
def test_a_pattern_is_previewed_before_it_is_saved():
    organisation = factories.organisation()
    client = browser(factories.staff(organisation))
    page = client.post("/certificates/pattern/", {"pattern": "X{year}-{serial:4}", "preview": "1"})
    assert (page.status_code, "X2026-0001" in page.content.decode()) == (200, True)
    assert services.pattern_of(organisation).pattern != "X{year}-{serial:4}"
    assert client.post("/certificates/pattern/", {"pattern": "X{year}-{serial:4}"}).status_code == 302
    assert services.pattern_of(organisation).pattern == "X{year}-{serial:4}"
    wrong = client.post("/certificates/pattern/", {"pattern": "{year}", "preview": "1"})
    assert (wrong.status_code, "流水号" in wrong.content.decode()) == (400, True)
