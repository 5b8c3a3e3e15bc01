from django.urls import path

from proctoring import incident_pages, views

app_name = "proctoring"
urlpatterns = [
    path("sessions/", views.index, name="index"),
    path("sessions/<uuid:session_uuid>/", views.console, name="console"),
    path("sessions/<uuid:session_uuid>/move/", views.move, name="move"),
    path("sessions/<uuid:session_uuid>/log/", views.log, name="log"),
    path("sessions/<uuid:session_uuid>/rescue/", views.rescue, name="rescue"),
    path("sessions/<uuid:session_uuid>/incidents/", incident_pages.index, name="incidents"),
    path(
        "sessions/<uuid:session_uuid>/incidents/<uuid:incident_uuid>/add/",
        incident_pages.add,
        name="incident_add",
    ),
    path(
        "sessions/<uuid:session_uuid>/incidents/<uuid:incident_uuid>/decide/",
        incident_pages.decide,
        name="incident_decide",
    ),
    path("sessions/<uuid:session_uuid>/evidence/<uuid:file_uuid>/", incident_pages.evidence, name="evidence"),
    path("reasons/", views.reasons, name="reasons"),
    path("sessions/<uuid:session_uuid>/late/", views.late, name="late"),
    path("sessions/<uuid:session_uuid>/accommodations/", views.accommodations, name="accommodations"),
    path("sessions/<uuid:session_uuid>/forms/", views.forms, name="forms"),
    path("sessions/<uuid:session_uuid>/names.css", views.names_css, name="names_css"),
    path("sessions/<uuid:session_uuid>/names.woff2", views.names_font, name="names_font"),
]
