from django.urls import path

from standards import (
    converters,  # noqa: F401 - registers "standard_code"
)
from standards.rest import views

urlpatterns = [
    path("standards/", views.StandardsView.as_view()),
    path("standards/<standard_code:code>/", views.NewestStandardView.as_view()),
    path("standards/<standard_code:code>/<str:version>/", views.StandardView.as_view()),
    path(
        "standards/<standard_code:code>/<str:version>/levels/<str:level>/requirements/",
        views.RequirementsView.as_view(),
    ),
]
