"""Acts of the audit trail in the users' words, for the 考场日志."""

from collections import Counter
from collections.abc import Mapping

ACTIONS = {
    "session.publish": "发布场次",
    "session.start": "统一开考",
    "session.close": "结束场次",
    "session.close_entry": "停止入场",
    "session.entry_code": "设置考场口令",
    "session.no_entry_code": "取消考场口令",
    "session.no_compensation": "掉线不补时",
    "registration.check_in": "签到",
    "registration.promise": "签署考生承诺",
    "registration.accommodate": "考试便利",
    "attempt.start": "开始答题",
    "attempt.take_over": "换机继续答题",
    "attempt.submitted": "交卷",
    "attempt.expired": "到时自动交卷",
    "attempt.voided": "作废",
    "attempt.end": "强制交卷",
    "attempt.grant": "补时",
    "attempt.pause": "暂停",
    "attempt.resume": "恢复，顺延",
    "attempt.break": "休息",
    "attempt.shared_grant": "合计计时顺延",
    "attempt.message": "发送消息",
    "attempt.admit_device": "允许换机",
    "attempt.rescue": "上传应急文件",
    "attempt.late": "处理迟到作答",
    "attempt.reopen": "重新开放",
    "attempt.absent": "标记缺考",
    "attempt.incident": "登记异常情况",
    "attempt.misconduct": "登记违纪",
    "attempt.judged": "违纪认定",
}


def act_in_words(action: str, data: dict[str, object]) -> str:
    """The act and what it carried, as a short phrase."""
    word = ACTIONS.get(action, action)
    if data.get("how"):
        word += "（核验证件）" if data["how"] == "papers" else "（考场口令）"
    if "tier" in data:
        word += f"：{data['tier']}"
    if "effect" in data:
        word += f"：{data['effect']}"
    if data.get("barred_until"):
        word += f"，至 {data['barred_until']}"
    if "people" in data:
        word += f"，{data['people']} 人"
    if data.get("seconds"):
        word += f" {duration(int(str(data['seconds'])))}"
    if "factor" in data:
        word += f"：时长 {times(data['factor'])}"
    if data.get("break_minutes"):
        word += f"，可休息 {data['break_minutes']} 分钟"
    if "allowed" in data:
        word += f"，最长 {duration(int(str(data['allowed'])))}"
    if isinstance(data.get("decided"), dict):
        word += f"：{late_in_words(Counter(data['decided'].values()))}"  # type: ignore[attr-defined]
    if "text" in data:
        word += f"：{data['text']}"
    if "candidates" in data:
        word += f"，考生 {data['candidates']} 人"
    if data.get("absent_attempts"):
        word += f"，未参加的科目 {data['absent_attempts']} 个"
    return word


def rescue_in_words(counts: dict[str, int]) -> str:
    """What became of a rescue file's answers, as one sentence for the proctor."""
    parts = [
        (counts["accepted"], "条已收下"),
        (counts["known"], "条服务器上本来就有"),
        (counts["superseded"], "条已有更新的作答"),
        (counts["held"], "条在交卷或到时以后才送达，已单独保存，待决定是否采用"),
        (counts["faulty"], "条内容不符合试卷，没有采用"),
    ]
    said = "，".join(f"{number} {what}" for number, what in parts if number)
    return said or "文件里没有作答"


def late_in_words(counts: Mapping[str, int]) -> str:
    """What became of late answers: 采纳 2 条，不采纳 1 条."""
    parts = [("accepted", "采纳"), ("superseded", "已有更新的作答"), ("refused", "不采纳")]
    return "，".join(f"{word} {counts[state]} 条" for state, word in parts if counts.get(state))


def times(factor: object) -> str:
    """1.50 as 1.5 倍."""
    return f"{float(str(factor)):g} 倍"


def duration(seconds: int) -> str:
    """Seconds as 5 分钟, 5 分 20 秒 or 20 秒."""
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return f"{rest} 秒"
    return f"{minutes} 分 {rest} 秒" if rest else f"{minutes} 分钟"
