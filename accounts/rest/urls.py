from django.urls import path

from accounts.rest.views import LoginView

urlpatterns = [path("auth/login/", LoginView.as_view())]
