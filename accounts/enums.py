"""Roles, kinds of organisation and identity documents."""

from django.db import models


class OrganisationKind(models.TextChoices):
    EVALUATOR = "evaluator", "培训评价组织"
    SCHOOL = "school", "院校考点"


class Role(models.TextChoices):
    """What a person does for an organisation (process.md §3.4). Candidates are people, not members."""

    ADMINISTRATOR = "administrator", "管理员"
    PROCTOR = "proctor", "监考员"
    AUTHOR = "author", "命题人"
    REVIEWER = "reviewer", "复核员"
    RATER = "rater", "考评员"
    SUPERVISOR = "supervisor", "督导员"


class DocumentType(models.TextChoices):
    ID_CARD = "id_card", "居民身份证"
    RESIDENCE_PERMIT = "residence_permit", "港澳台居民居住证"
    FOREIGN_PERMANENT = "foreign_permanent", "外国人永久居留身份证"
    PASSPORT = "passport", "护照"
    OTHER = "other", "其他"


class Sex(models.TextChoices):
    MALE = "male", "男"
    FEMALE = "female", "女"
    UNKNOWN = "unknown", "未登记"
