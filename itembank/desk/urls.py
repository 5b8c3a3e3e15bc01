"""Addresses of the author's desk, below /items/practical/. Item codes are upper case: none can hide it."""

from django.urls import path

from itembank.desk import views

urlpatterns = [
    path("", views.index, name="desk"),
    path("new/", views.new, name="desk_new"),
    path("try/", views.try_typed, name="desk_try"),
    path("<uuid:item_uuid>/", views.edit, name="desk_edit"),
    path("<uuid:item_uuid>/review/", views.review, name="desk_review"),
    path("<uuid:item_uuid>/try/", views.try_stored, name="desk_try_stored"),
]
