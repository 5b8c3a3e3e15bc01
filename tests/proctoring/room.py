"""What a proctor does in the console, in words."""


def seat(page, name):
    return page.locator(".seat", has_text=name)


def pick(page, *names):
    for name in names:
        seat(page, name).get_by_role("checkbox").check()


def confirm(page, reason=""):
    if reason:
        page.get_by_role("button", name=reason).click()
    page.locator("#act-confirm").click()
