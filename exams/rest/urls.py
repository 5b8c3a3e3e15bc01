from django.urls import path

from exams.rest import views

urlpatterns = [
    path("me/attempts/", views.MyAttemptsView.as_view()),
    path("attempts/<uuid:attempt_uuid>/", views.AttemptView.as_view()),
    path("attempts/<uuid:attempt_uuid>/start/", views.StartView.as_view()),
    path("attempts/<uuid:attempt_uuid>/responses/", views.ResponsesView.as_view()),
    path("attempts/<uuid:attempt_uuid>/submit/", views.SubmitView.as_view()),
    path("attempts/<uuid:attempt_uuid>/seen/", views.SeenView.as_view()),
    path("attempts/<uuid:attempt_uuid>/break/", views.BreakView.as_view()),
    path("attempts/<uuid:attempt_uuid>/break/end/", views.EndBreakView.as_view()),
    path("attempts/<uuid:attempt_uuid>/uploads/", views.UploadsView.as_view()),
]
