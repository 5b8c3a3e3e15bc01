from typing import Any

from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "certificates"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "证书"

    def ready(self) -> None:
        from grading.signals import result_released

        result_released.connect(_decide, dispatch_uid="certificates.decide")


def _decide(result_id: int, **_: Any) -> None:
    from certificates.services import decide

    decide(result_id)
