"""GET certificates/{code}/: what the verification page shows, as JSON."""

from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from certificates import queries
from certificates.enums import CertificateState
from certificates.views import UNKNOWN, name_matches
from lib.canonical import parse
from lib.clock import database_now
from lib.refusals import NotFound


class StandardShape(serializers.Serializer[dict[str, str]]):
    code = serializers.CharField()
    version = serializers.CharField()
    title = serializers.CharField()


class CertificateShape(serializers.Serializer[dict[str, object]]):
    state = serializers.ChoiceField(choices=CertificateState.choices)
    state_label = serializers.CharField()
    name = serializers.CharField(help_text="masked, unless number and full name were given and match")
    standard = StandardShape()
    level = serializers.CharField()
    level_description = serializers.CharField()
    occupations = serializers.ListField(child=serializers.CharField())
    number = serializers.CharField()
    issued_on = serializers.DateField()
    issuer = serializers.CharField()
    batch = serializers.CharField()
    site = serializers.CharField()
    demo = serializers.BooleanField()
    snapshot_sha256 = serializers.CharField()
    document_sha256 = serializers.CharField(allow_null=True)
    revoked_on = serializers.DateField(allow_null=True)
    queried_at = serializers.DateTimeField()


@method_decorator(never_cache, name="dispatch")
class CertificateView(APIView):
    """State and printed fields of a certificate; never an identity number."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(
        responses=CertificateShape,
        parameters=[
            OpenApiParameter("number", str, description="certificate number, together with name"),
            OpenApiParameter("name", str, description="full name, together with number"),
        ],
        operation_id="certificate",
        auth=[],
    )
    def get(self, request: Request, code: str) -> Response:
        certificate = queries.by_code(code)
        if certificate is None:
            raise NotFound(UNKNOWN)
        body = queries.public_view(certificate, database_now())
        number, name = request.query_params.get("number"), request.query_params.get("name")
        if number and name:
            # The try counts whichever of the two is wrong, and the answer does not tell which.
            matches = name_matches(request, certificate, name)
            if matches and number.strip() == certificate.number:
                body["name"] = parse(certificate.snapshot)["name"]
        return Response(body)
