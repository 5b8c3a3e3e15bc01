"""Acts of the audit trail in the users' words, for the 考场日志."""

ACTIONS = {
    "session.publish": "发布场次",
    "session.start": "统一开考",
    "session.close": "结束场次",
    "registration.promise": "签署考生承诺",
    "attempt.start": "开始答题",
    "attempt.take_over": "换机继续答题",
    "attempt.submitted": "交卷",
    "attempt.expired": "到时自动交卷",
    "attempt.end": "强制交卷",
    "attempt.grant": "补时",
    "attempt.pause": "暂停",
    "attempt.resume": "恢复",
    "attempt.message": "发送消息",
    "attempt.admit_device": "允许换机",
    "result.conclude": "成绩合成",
    "result.review": "成绩复核",
    "result.release": "成绩发布",
    "decision.make": "考核结论",
}
REASONS = ["设备故障", "网络中断", "停电", "考生身体不适", "考场秩序", "其他"]


def act_in_words(action: str, data: dict[str, object]) -> str:
    """The act and what it carried, as a short phrase."""
    word = ACTIONS.get(action, action)
    if "seconds" in data:
        minutes, seconds = divmod(int(str(data["seconds"])), 60)
        word += f" {minutes} 分 {seconds:02d} 秒" if seconds else f" {minutes} 分钟"
    if "text" in data:
        word += f"：{data['text']}"
    return word
