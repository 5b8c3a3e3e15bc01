from django.urls import path

from itembank import views

app_name = "itembank"
urlpatterns = [
    path("", views.index, name="index"),
    path("<str:code>/", views.detail, name="detail"),
]
