"""What the proctoring room tells apart."""

from django.db import models


class Tier(models.IntegerChoices):
    """档次 of an incident. Everything above 0 is misconduct (违纪) and waits for the decision of headquarters."""

    EVENT = 0, "异常情况"
    MINOR = 1, "一般违纪"
    CHEATING = 2, "作弊"
    SERIOUS = 3, "严重作弊"


class Effect(models.TextChoices):
    """What a decision does to the sitting."""

    NONE = "none", "不成立，不作处理"
    COMPONENT = "component", "本科目成绩无效"
    ALL = "all", "本次考试各科成绩无效"
    BARRED = "barred", "各科成绩无效，并限制报考"


# What each tier entails when it is upheld; the decider may choose the lighter of two where the rules leave a choice.
EFFECTS: dict[Tier, list[Effect]] = {
    Tier.MINOR: [Effect.COMPONENT],
    Tier.CHEATING: [Effect.ALL, Effect.COMPONENT],
    Tier.SERIOUS: [Effect.BARRED],
}
# How long somebody may be barred from registering, in years.
BAR_YEARS = [1, 2]

# 情形, by tier, as the examination rules name them (process.md, 1.5); the record may name another.
ARTICLES: dict[Tier, list[str]] = {
    Tier.EVENT: ["设备故障", "网络中断", "停电", "考生身体不适", "其他情况"],
    Tier.MINOR: ["未在规定座位考试", "携带禁带物品，经提醒不改", "未经允许离开座位", "交谈或做手势，经提醒不改", "考试结束后继续作答"],
    Tier.CHEATING: ["抄袭他人作答", "传递物品或答案", "使用他人证件或提供虚假信息", "作答雷同"],
    Tier.SERIOUS: ["使用电子设备收发信息", "替考", "将试题带出或拍摄传播", "组织作弊"],
}  # fmt: skip
