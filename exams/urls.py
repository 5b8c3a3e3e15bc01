from django.urls import path

from exams.delivery import pages
from exams.machines import pages as machines
from exams.rest.views import receipt_keys

app_name = "exams"
urlpatterns = [
    path("sit/", pages.sign_in, name="sign_in"),
    path("sit/check/", pages.check, name="check"),
    path("sit/rules/", pages.rules, name="rules"),
    path("sit/wait/", pages.wait, name="wait"),
    path("sit/attempts/<uuid:attempt_uuid>/", pages.player, name="player"),
    path("sit/worker.js", pages.worker, name="worker"),
    path("sit/done/<uuid:attempt_uuid>/", pages.done, name="done"),
    path("sit/done/<uuid:attempt_uuid>/receipt.json", pages.receipt_file, name="receipt_file"),
    path("sit/name-font.css", pages.name_font_css, name="name_font_css"),
    path("sit/name-font.woff2", pages.name_font, name="name_font"),
    path("check/", machines.check, name="machine_check"),
    path("check/probe/", machines.probe, name="machine_probe"),
    path("check/report/", machines.report, name="machine_report"),
    path("machines/", machines.machines, name="machines"),
    path(".well-known/exam-receipt-keys", receipt_keys, name="receipt_keys"),
]
