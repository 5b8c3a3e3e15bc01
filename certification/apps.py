from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class FrontHallConfig(AppConfig):
    name = "certification"
    verbose_name = "前厅"

    def ready(self) -> None:
        from certification import deploycheck, roles  # noqa: F401 - the checks register themselves
        from exams.assembly.usage import AssemblyUsage
        from itembank.usage import BankUsage
        from standards.usage import usages

        usages.extend([BankUsage(), AssemblyUsage()])
        # Sent once, after every app's tables exist. The sender is a room with models: Django sends none for the hall.
        post_migrate.connect(
            roles.grant, sender=apps.get_app_config("audit"), dispatch_uid="certification.roles"
        )
