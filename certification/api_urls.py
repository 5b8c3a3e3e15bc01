"""/api/v1/: the paths of the contract, one include per room."""

from django.urls import include, path

urlpatterns = [
    path("", include("accounts.rest.urls")),
    path("", include("standards.rest.urls")),
    path("", include("exams.rest.urls")),
    path("", include("proctoring.rest.urls")),
    path("", include("certificates.rest.urls")),
]
