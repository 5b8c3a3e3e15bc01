"""Forms of the certificates room: shape only, the services decide."""

from django import forms

from certificates import numbering, queries
from lib.refusals import Invalid

EXAMPLE: dict[str, str | int] = {"standard": "530053", "level": 1, "year": 2026, "batch": 1, "site": "1101"}


class CodeForm(forms.Form):
    code = forms.CharField(
        label="查验码", max_length=200, help_text="在证书左下角，20 位字母和数字，大小写和短横线都可以。",
        error_messages={"required": "请输入证书左下角的查验码。", "max_length": "查验码只有 20 位，请核对。"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )  # fmt: skip

    def clean_code(self) -> str:
        code = queries.normalise_code(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError("查验码由字母和数字组成，请对照证书左下角输入。")
        return code


class NameForm(forms.Form):
    name = forms.CharField(
        label="持证人姓名全称", max_length=60, error_messages={"required": "请输入持证人的姓名全称。"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


class PatternForm(forms.Form):
    pattern = forms.CharField(
        label="编号规则", max_length=120, error_messages={"required": "请填写编号规则。"}
    )

    def clean_pattern(self) -> str:
        value: str = self.cleaned_data["pattern"].strip()
        try:
            numbering.check_pattern(value)
        except Invalid as fault:
            raise forms.ValidationError(fault.sentence) from None
        return value


def example(pattern: str) -> str:
    """A number by this pattern, as the page shows it before it is saved."""
    return numbering.render(pattern, EXAMPLE, 1)
