from django.urls import path

from grading.trials import views

app_name = "trials"
urlpatterns = [
    path("", views.index, name="index"),
    path("start/", views.start, name="start"),
    path("<uuid:trial_uuid>/", views.detail, name="detail"),
    path("<uuid:trial_uuid>/live/", views.live, name="live"),
]
