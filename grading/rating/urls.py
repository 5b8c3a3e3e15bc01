from django.urls import path

from grading.rating import views

app_name = "rating"
urlpatterns = [
    path("", views.index, name="index"),
    path("take/", views.take, name="take"),
    path("<uuid:task_uuid>/", views.work, name="work"),
    path("<uuid:task_uuid>/return/", views.give_back, name="give_back"),
]
