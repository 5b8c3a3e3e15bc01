"""States of a certificate, with the transition table beside them."""

from django.db import models

from lib.states import Transitions


class CertificateState(models.TextChoices):
    VALID = "valid", "有效"
    REVOKED = "revoked", "已作废"
    SUPERSEDED = "superseded", "已由补发证书替代"


CERTIFICATE_TRANSITIONS: Transitions = {
    CertificateState.VALID: frozenset({CertificateState.REVOKED, CertificateState.SUPERSEDED}),
    CertificateState.REVOKED: frozenset(),
    CertificateState.SUPERSEDED: frozenset(),
}
