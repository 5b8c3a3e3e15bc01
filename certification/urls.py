"""Addresses. Each room brings its own; outside programs rely on /api/v1/ and the public pages only."""

from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView

from certification import views
from certification.docs import ApiDocsView

handler404 = "certification.views.page_not_found"
handler500 = "certification.views.server_error"

urlpatterns = [
    path("", views.entrance, name="entrance"),
    path("healthz", views.healthz),
    path("readyz", views.readyz),
    path("staff/", views.staff_home, name="staff_home"),
    path("", include("accounts.urls")),
    path("standards/", include("standards.urls")),
    path("open/standards/", include("standards.open_urls")),
    path("items/", include("itembank.urls")),
    path("", include("exams.urls")),
    path("", include("proctoring.urls")),
    path("results/", include("grading.urls")),
    path("results/scorers/", include("grading.trials.urls")),
    path("ratings/", include("grading.rating.urls")),
    # Candidates look for everything of theirs under /sit/.
    path("sit/results/", RedirectView.as_view(pattern_name="grading:mine")),
    path("", include("certificates.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", ApiDocsView.as_view(url_name="schema"), name="api_docs"),
    path("api/v1/", include("certification.api_urls")),
]
