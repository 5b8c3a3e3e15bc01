"""Addresses of the standards, under /standards/."""

from django.urls import path

from standards import views

app_name = "standards"

urlpatterns = [
    path("", views.standard_list, name="list"),
    path("<uuid:uuid>/", views.standard_tree, name="tree"),
]
