from django.urls import path

from proctoring.rest.views import ConsoleView, act_view

urlpatterns = [
    path("sessions/<uuid:session_uuid>/grants/", act_view("grant").as_view()),
    path("sessions/<uuid:session_uuid>/pause/", act_view("pause").as_view()),
    path("sessions/<uuid:session_uuid>/resume/", act_view("resume").as_view()),
    path("sessions/<uuid:session_uuid>/end/", act_view("end").as_view()),
    path("sessions/<uuid:session_uuid>/messages/", act_view("messages").as_view()),
    path("sessions/<uuid:session_uuid>/admit/", act_view("admit").as_view()),
    path("sessions/<uuid:session_uuid>/console/", ConsoleView.as_view()),
]
