"""Addresses of the public pages, under /open/standards/. Certificates and papers may name them: they stay."""

from django.urls import path

from standards import converters  # noqa: F401 - registers "standard_code"
from standards.views import public

app_name = "open_standards"

urlpatterns = [
    path("", public.index, name="index"),
    path("<standard_code:code>/", public.newest, name="newest"),
    path("<standard_code:code>/<str:version>/", public.overview, name="overview"),
    path("<standard_code:code>/<str:version>/print/", public.print_view, name="print"),
    path("<standard_code:code>/<str:version>/<int:number>/", public.level, name="level"),
]
