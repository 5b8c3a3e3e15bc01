"""The Swagger page, with its script in a file of its own so that the Content-Security-Policy stays strict."""

from csp.constants import SELF
from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularSwaggerSplitView


# Swagger UI sets style attributes from its own script; nothing of ours is shown on this page.
@method_decorator(
    csp_update({"style-src-attr": ["'unsafe-inline'"], "style-src": [SELF, "'unsafe-inline'"]}), "dispatch"
)
class ApiDocsView(SpectacularSwaggerSplitView):
    pass
