"""Signing in of staff, and signing out of everybody."""

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts import sign_in
from accounts.forms import PasswordForm
from accounts.models import User
from accounts.policies import is_staff_person
from lib.refusals import Refusal

BACKEND = "django.contrib.auth.backends.ModelBackend"


def _wanted(request: HttpRequest, user: User) -> str:
    """Where the person wanted to go, when that is a page of ours; else the person's own first page."""
    if not is_staff_person(user) and hasattr(user, "candidate"):
        return "/sit/"
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else "/staff/"


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class StaffSignInPage(View):
    """User name and password."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User) and is_staff_person(request.user):
            return redirect(_wanted(request, request.user))
        return self._page(request, PasswordForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PasswordForm(request.POST)
        if not form.is_valid():
            return self._page(request, form, status=422)
        try:
            user = sign_in.by_password(**form.cleaned_data)
        except Refusal as refusal:
            return self._page(request, form, sentence=refusal.sentence, status=refusal.status)
        login(request, user, backend=BACKEND)
        return redirect(_wanted(request, user))

    def _page(
        self, request: HttpRequest, form: PasswordForm, *, sentence: str = "", status: int = 200
    ) -> HttpResponse:
        wanted = request.POST.get("next") or request.GET.get("next") or ""
        context = {"form": form, "sentence": sentence, "next": wanted}
        return render(request, "accounts/sign_in.html", context, status=status)


staff_sign_in = StaffSignInPage.as_view()


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out; candidates go back to their own entrance, so that the next one can sign in."""
    was_candidate = hasattr(request.user, "candidate")
    logout(request)
    return redirect("/sit/" if was_candidate else "/")
