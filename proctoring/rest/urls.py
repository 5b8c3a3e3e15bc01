from django.urls import path

from proctoring.rest.views import CompensationsView, ConsoleView, EntryView, act_view

# The word in the address, by the act behind it.
ACTS = {
    "grants": "grant", "pause": "pause", "resume": "resume", "end": "end", "messages": "messages", "admit": "admit",
    "reopen": "reopen", "absent": "absent", "check-ins": "check_in",
}  # fmt: skip

urlpatterns = [
    *[path(f"sessions/<uuid:session_uuid>/{word}/", act_view(act).as_view()) for word, act in ACTS.items()],
    path("sessions/<uuid:session_uuid>/compensations/", CompensationsView.as_view()),
    path("sessions/<uuid:session_uuid>/entry/", EntryView.as_view()),
    path("sessions/<uuid:session_uuid>/console/", ConsoleView.as_view()),
]
