from django.urls import path

from grading import views

app_name = "grading"
urlpatterns = [
    path("", views.index, name="index"),
    path("act/", views.act, name="act"),
    path("mine/", views.mine, name="mine"),
    path("<uuid:result_uuid>/", views.detail, name="detail"),
]
