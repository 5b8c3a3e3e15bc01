from django.urls import path

from certificates.rest.views import CertificateView

urlpatterns = [path("certificates/<str:code>/", CertificateView.as_view())]
