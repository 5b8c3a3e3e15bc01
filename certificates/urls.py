from django.urls import path

from certificates import views

app_name = "certificates"
urlpatterns = [
    path("verify/", views.search, name="search"),
    path("verify/<str:code>/name.woff2", views.name_font, name="name_font"),
    path("verify/<str:code>/name.css", views.name_font_css, name="name_font_css"),
    path("verify/<str:code>", views.verify, name="verify"),
    path("verify/<str:code>/", views.verify),
    path("certificates/", views.index, name="index"),
    path("certificates/issue/", views.issue, name="issue"),
    path("certificates/names.css", views.list_font_css, name="list_font_css"),
    path("certificates/names.woff2", views.list_font, name="list_font"),
    path("certificates/pattern/", views.pattern, name="pattern"),
    path("certificates/<uuid:certificate_uuid>/", views.detail, name="detail"),
    path("certificates/<uuid:certificate_uuid>/pdf/", views.download, name="download"),
    path("certificates/<uuid:certificate_uuid>/print/", views.print_again, name="print_again"),
    path("certificates/<uuid:certificate_uuid>/revoke/", views.revoke, name="revoke"),
    path("sit/certificates/", views.mine, name="mine"),
    path("sit/certificates/<uuid:certificate_uuid>/pdf/", views.download_mine, name="download_mine"),
]
