"""POST auth/login/."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import sign_in, tokens
from accounts.policies import roles_of
from lib.refusals import Invalid


class LoginRequest(serializers.Serializer[dict[str, str]]):
    ticket_number = serializers.CharField(required=False, max_length=60)
    id_number = serializers.CharField(required=False, max_length=60)
    username = serializers.CharField(required=False, max_length=80)
    password = serializers.CharField(required=False, max_length=200, trim_whitespace=False)


class LoginUser(serializers.Serializer[dict[str, object]]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())


class LoginAnswer(serializers.Serializer[dict[str, object]]):
    token = serializers.CharField()
    user = LoginUser()


class LoginView(APIView):
    """Sign in with ticket and identity number, or user name and password."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(request=LoginRequest, responses=LoginAnswer, operation_id="auth_login", auth=[])
    def post(self, request: Request) -> Response:
        form = LoginRequest(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        if data.get("ticket_number") and data.get("id_number"):
            user = sign_in.by_ticket(ticket_number=data["ticket_number"], id_number=data["id_number"])
        elif data.get("username") and data.get("password"):
            user = sign_in.by_password(username=data["username"], password=data["password"])
        else:
            raise Invalid("请填写准考证号和证件号码，或者用户名和密码。")
        roles = sorted({role for roles in roles_of(user).values() for role in roles})
        if hasattr(user, "candidate"):
            roles.append("candidate")
        return Response(
            {
                "token": tokens.issue(user),
                "user": {"id": str(user.uuid), "name": user.display_name, "roles": roles},
            }
        )
