"""Certificates for tests."""

from certificates import services
from certificates.models import Certificate, CertificateDocument, Decision
from tests import factories


def decision(**options) -> Decision:
    return Decision.objects.get(result=factories.released_result(**options))


def administrator(of: Decision | Certificate):
    organisation = (
        of.organisation if isinstance(of, Certificate) else of.result.registration.session.organisation
    )
    return factories.staff(organisation)


def issued(**options) -> Certificate:
    one = decision(**options)
    return services.issue(decision_id=one.pk, by=administrator(one))


def printed(certificate: Certificate) -> bytes:
    assert services.print_document(certificate.document.pk)
    return bytes(CertificateDocument.objects.get(certificate=certificate).pdf)
