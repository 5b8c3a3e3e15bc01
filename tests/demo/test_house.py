"""What ``make demo`` sets up, again and again, beside whatever people have done meanwhile."""

import pytest

from certification.demo.setup import STANDARD_FILE, ensure_house
from lib.clock import database_now
from standards.models import Standard
from standards.services import load_standard

pytestmark = pytest.mark.django_db


def test_a_second_start_stays_with_its_version_when_somebody_loaded_a_newer_one():
    house = ensure_house()
    text = STANDARD_FILE.read_text(encoding="utf-8").replace("（2021 年 2.0 版）", "（2026 年 3.0 版）")
    text = text.replace(" 1.4.4 掌握多种设备自媒体管理工具的操作方法，确保用户互动及时性。", "")
    outcome = load_standard(data=text.encode(), filename="s.txt", by="测试", at=database_now())
    assert outcome.outcome == "new_version"
    again = ensure_house()
    assert again.standard == house.standard == Standard.objects.get(version="2.0")
    assert Standard.objects.get(version="3.0").keeper == house.organisation
