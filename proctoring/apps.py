from django.apps import AppConfig


class ProctoringConfig(AppConfig):
    name = "proctoring"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "监考"

    def ready(self) -> None:
        from exams.signals import candidate_registering
        from proctoring.incidents import refuse_barred

        candidate_registering.connect(refuse_barred, dispatch_uid="proctoring.refuse_barred")
