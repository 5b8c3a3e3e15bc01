"""Forms of signing in."""

from django import forms


class PasswordForm(forms.Form):
    """User name and password of a member of staff."""

    username = forms.CharField(
        label="用户名",
        max_length=80,
        error_messages={"required": "请输入用户名。"},
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}
        ),
    )
    password = forms.CharField(
        label="密码",
        max_length=200,
        strip=False,
        error_messages={"required": "请输入密码。"},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
