"""Addresses of the public pages, under /open/standards/. Certificates and papers may name them: they stay."""

from django.urls import path

from standards import (
    converters,  # noqa: F401 - registers "standard_code"
    open_views,
)

app_name = "open_standards"

urlpatterns = [
    path("", open_views.index, name="index"),
    path("<standard_code:code>/", open_views.newest, name="newest"),
    path("<standard_code:code>/<str:version>/", open_views.overview, name="overview"),
    path("<standard_code:code>/<str:version>/print/", open_views.print_view, name="print"),
    path("<standard_code:code>/<str:version>/<int:number>/", open_views.level, name="level"),
]
