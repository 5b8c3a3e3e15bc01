from django.urls import include, path

from itembank import views
from itembank.desk.urls import urlpatterns as desk

app_name = "itembank"
urlpatterns = [
    path("", views.index, name="index"),
    path("practical/", include(desk)),
    path("<str:code>/", views.detail, name="detail"),
]
