"""Addresses of the standards, under /standards/."""

from django.urls import path

from standards import file_views, views

app_name = "standards"

urlpatterns = [
    path("", views.standard_list, name="list"),
    path("<uuid:uuid>/", views.standard_tree, name="tree"),
    path("<uuid:uuid>/print/", file_views.print_view, name="print"),
    path("<uuid:uuid>/export.<str:kind>", file_views.export, name="export"),
]
