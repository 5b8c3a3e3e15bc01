"""Invented people: names with rare characters among them, identity numbers that pass their checksum.

Area codes that begin with 00 are assigned to nobody, so no invented number is a real person's.
"""

import base64
import hashlib
import hmac

from django.conf import settings

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = [
    "思远",
    "雨桐",
    "子涵",
    "若溪",
    "明哲",
    "静怡",
    "浩然",
    "诗琪",
    "俊杰",
    "晓萌",
    "文博",
    "佳宁",
    "一鸣",
    "欣悦",
    "嘉禾",
    "语嫣",
]
RARE = ["王䶮", "李㛃", "陈𬭎", "阿依古丽·买买提"]
WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
CHECKS = "10X98765432"
SPACE = 9 * 12 * 28 * 1000


def _number(seed: str, index: int, purpose: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed}/{index}/{purpose}".encode()).digest()[:6], "big")


def name(seed: str, index: int) -> str:
    """The invented name of candidate ``index`` (from 0); the first few show rare characters."""
    if 0 < index <= len(RARE):
        return RARE[index - 1]
    pick = _number(seed, index, "name")
    return SURNAMES[pick % len(SURNAMES)] + GIVEN[(pick // len(SURNAMES)) % len(GIVEN)]


def id_number(seed: str, index: int) -> str:
    """An invented 18-character identity number (GB 11643 form, ISO 7064 MOD 11-2), different for every index."""
    area = _number(seed, 0, "area") % 10_000
    pick = (_number(seed, 0, "start") + index * 7919) % SPACE
    year, month, day, serial = 1998 + pick % 9, 1 + pick // 9 % 12, 1 + pick // 108 % 28, pick // 3024
    body = f"00{area:04d}{year}{month:02d}{day:02d}{serial:03d}"
    return body + CHECKS[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


def sex(number: str) -> str:
    """The sex an identity number says: its 17th digit is odd for men."""
    return "male" if int(number[16]) % 2 else "female"


def password(username: str) -> str:
    """A demo password that is stable in one installation and different in every other."""
    digest = hmac.new(settings.SECRET_KEY.encode(), f"demo/{username}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest)[:10].decode().lower()
