from django.apps import AppConfig


class ItembankConfig(AppConfig):
    name = "itembank"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "题库"
