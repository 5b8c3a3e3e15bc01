from django.apps import AppConfig
from django.db.models.signals import post_migrate


class FrontHallConfig(AppConfig):
    name = "certification"
    verbose_name = "前厅"

    def ready(self) -> None:
        from certification import roles, signals
        from standards.services import in_use_checks

        in_use_checks.extend(signals.IN_USE_CHECKS)
        # This app is listed first, yet its handler runs after every app's tables exist.
        post_migrate.connect(roles.grant, sender=self, dispatch_uid="certification.roles")
