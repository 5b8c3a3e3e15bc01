"""Who: people, roles, organisations, identity."""

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from accounts import identity
from accounts.enums import DocumentType, OrganisationKind, Role, Sex


class UserManager(BaseUserManager["User"]):
    """Users are made by accounts.services; the manager only finds them."""


class User(AbstractBaseUser):
    """An account that signs in. Staff have memberships; a candidate's account has a Candidate."""

    uuid = models.UUIDField("编号", default=uuid.uuid4, unique=True, editable=False)
    username = models.CharField("用户名", max_length=80, unique=True)
    display_name = models.CharField("姓名", max_length=120)
    is_active = models.BooleanField("启用", default=True)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "username"

    class Meta:
        verbose_name = "帐号"

    def __str__(self) -> str:
        return self.display_name


class Organisation(models.Model):
    """A certification body (培训评价组织) or a school with exam sites."""

    uuid = models.UUIDField("编号", default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField("机构代码", max_length=20, unique=True)
    name = models.CharField("机构名称", max_length=200)
    kind = models.CharField("类型", max_length=20, choices=OrganisationKind.choices)
    # Certificates of a demo organisation say 演示样张，无效, on paper and on their page.
    is_demo = models.BooleanField("演示机构", default=False)

    class Meta:
        verbose_name = "机构"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=OrganisationKind.values), name="accounts_organisation_kind"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One role of one person in one organisation."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField("角色", max_length=20, choices=Role.choices)

    class Meta:
        verbose_name = "任职"
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation", "role"], name="accounts_one_membership"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="accounts_membership_role"),
        ]


class Candidate(models.Model):
    """A person who sits exams. The identity number is encrypted; the keyed hash makes it unique."""

    uuid = models.UUIDField("编号", default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="candidate")
    name = models.CharField("姓名", max_length=60)
    sex = models.CharField("性别", max_length=10, choices=Sex.choices, default=Sex.UNKNOWN)
    document_type = models.CharField("证件类型", max_length=20, choices=DocumentType.choices)
    id_number_sealed = models.TextField("证件号码（加密）")
    id_number_hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = "考生"
        constraints = [
            models.UniqueConstraint(fields=["document_type", "id_number_hash"], name="accounts_one_identity"),
            models.CheckConstraint(
                condition=models.Q(document_type__in=DocumentType.values), name="accounts_document_type"
            ),
            models.CheckConstraint(condition=models.Q(sex__in=Sex.values), name="accounts_sex"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def id_number(self) -> str:
        return identity.decrypt_number(self.id_number_sealed)

    @property
    def masked_id_number(self) -> str:
        return identity.mask_number(self.id_number)
