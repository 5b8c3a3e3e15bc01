"""Settings of the certification platform. Everything that differs between places comes from the environment.

DATABASE_URL, REDIS_URL, SECRET_KEY, IDENTITY_KEY, DATA_DIR, ALLOWED_HOSTS, PUBLIC_URL, INSECURE_HTTP. When the first
two are unset, ``certification.environment`` starts embedded servers before Django is set up.
"""

import os
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("DATA_DIR") or BASE_DIR / "var").resolve()

# The fallback serves commands that touch neither sessions nor identities (check, schema); environment.ensure()
# gives every other process its own persistent key.
SECRET_KEY = os.environ.get("SECRET_KEY", "static-commands-only")
IDENTITY_KEY = os.environ.get("IDENTITY_KEY", SECRET_KEY)
DEBUG = False
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "*").split(",")
# Printed on certificates as the address of the verification page.
PUBLIC_URL = os.environ.get("PUBLIC_URL", f"http://127.0.0.1:{os.environ.get('PORT', '8000')}").rstrip("/")
# The demo runs on plain HTTP; a real site sets INSECURE_HTTP=0 behind TLS.
SECURE = os.environ.get("INSECURE_HTTP", "1") == "0"

INSTALLED_APPS = [
    "certification.apps.FrontHallConfig",
    "certificates.apps.CertificatesConfig",
    "grading.apps.GradingConfig",
    "proctoring.apps.ProctoringConfig",
    "exams.apps.ExamsConfig",
    "itembank.apps.ItembankConfig",
    "standards.apps.StandardsConfig",
    "accounts.apps.AccountsConfig",
    "audit.apps.AuditConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "pgtrigger",
    "django_linear_migrations",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "certification.middleware.PlainWordsMiddleware",
]

ROOT_URLCONF = "certification.urls"
WSGI_APPLICATION = "certification.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "certification.context.navigation",
            ],
        },
    }
]

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL", "postgres://unset@127.0.0.1:1/unset"),
        conn_max_age=600,
        conn_health_checks=True,
    )
}
DATABASES["default"]["ATOMIC_REQUESTS"] = False

REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:1/0")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_DEFAULT_QUEUE = "fast"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# A new connection before and after every task, Celery's default, costs both sides more than scoring an attempt does.
CELERY_DB_REUSE_MAX = 1000
# Address space of one worker process; scoring and printing take about a quarter of it.
WORKER_MEMORY_MB = int(os.environ.get("WORKER_MEMORY_MB", "1536"))
# A hand-in must not wait for a dead broker: the sweep finds the work. Two seconds for an answer, for a waiting worker's
# own question to the broker lasts one; and no second try to connect.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 1, "socket_timeout": 2, "connect_retries_timeout": 1, "visibility_timeout": 60,
}  # fmt: skip
CELERY_TASK_PUBLISH_RETRY = False

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["accounts.hashers.Argon2Hasher"]
LOGIN_URL = "accounts:staff_sign_in"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "certification.views.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
if SECURE:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31536000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

# nginx redirects to HTTPS; HSTS for sub-domains and preloading are the domain's business, not ours.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W008", "security.W021"]

# How old the console's reading of a session may be, in seconds; pages ask every 1.1 to 1.3 s, so that what is committed is
# on screen within two.
CONSOLE_SNAPSHOT_SECONDS = 0.6

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "certification.storage.ModuleManifestStorage"},
}
MEDIA_ROOT = DATA_DIR / "files"
RECEIPT_KEY_DIR = DATA_DIR / "receipt-keys"
RESCUE_KEY_DIR = DATA_DIR / "rescue-keys"
# Outside the database on purpose, and best copied to another machine (docs/decisions/0007).
CHECKPOINT_DIR = Path(os.environ.get("CHECKPOINT_DIR") or DATA_DIR / "checkpoints")
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.rest.authentication.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "certification.problems.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "职业技能等级考核平台 API",
    "DESCRIPTION": "The API outside programs may rely on: candidates, proctors, certificates.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "AttemptStateEnum": "exams.enums.AttemptState",
        "EventStateEnum": "exams.enums.EventState",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"certification": {"level": "INFO"}},
}
