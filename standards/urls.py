"""Addresses of the standards, under /standards/."""

from django.urls import path

from standards.views import beside, browse, compare, files, manage

app_name = "standards"

urlpatterns = [
    path("", browse.standard_list, name="list"),
    path("upload/", manage.upload, name="upload"),
    path("uploads/<uuid:uuid>/", manage.preview, name="preview"),
    path("uploads/<uuid:uuid>/confirm/", manage.confirm, name="confirm"),
    path("uploads/<uuid:uuid>/discard/", manage.discard, name="discard"),
    path("<uuid:uuid>/", browse.standard_tree, name="tree"),
    path("<uuid:uuid>/public/", manage.publish, name="publish"),
    path("<uuid:uuid>/errata/", beside.errata, name="errata"),
    path("<uuid:uuid>/errata/<uuid:erratum>/withdraw/", beside.withdraw, name="withdraw"),
    path("<uuid:uuid>/rule/", beside.rule, name="rule"),
    path("<uuid:uuid>/compare/", compare.compare, name="compare"),
    path("<uuid:uuid>/print/", files.print_view, name="print"),
    path("<uuid:uuid>/export.<str:kind>", files.export, name="export"),
]
