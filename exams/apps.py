from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from accounts.models import Candidate


class ExamsConfig(AppConfig):
    name = "exams"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "考试"

    def ready(self) -> None:
        """Tell accounts how a ticket number leads to a candidate: it must not look upward itself."""
        from accounts import sign_in

        if candidate_of_ticket not in sign_in.ticket_lookups:
            sign_in.ticket_lookups.append(candidate_of_ticket)


def candidate_of_ticket(ticket_number: str) -> "Candidate | None":
    """The candidate with this (normalised) ticket number."""
    from exams.scheduling.models import Registration

    found = Registration.objects.select_related("candidate__user").filter(ticket_number=ticket_number).first()
    return found.candidate if found else None
