"""Refusals raised anywhere below become a page (or problem document) in plain words."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from certification.problems import problem
from lib.refusals import NotSignedIn, Refusal


class PlainWordsMiddleware:
    """Turns a Refusal of a page into its status, a sentence and the next step."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refusal):
            return None
        if request.path.startswith("/api/"):
            return JsonResponse(problem(error), status=error.status, content_type="application/problem+json")
        if isinstance(error, NotSignedIn):
            return redirect(f"/staff/sign-in/?next={request.get_full_path()}")
        return render(
            request, "refusal.html", {"sentence": error.sentence, "status": error.status}, status=error.status
        )
