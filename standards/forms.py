"""What people type about standards."""

from typing import Any

from django import forms

from standards.enums import ReferenceState

ACCEPTED = ".txt,.md,.html,.htm,.docx,.pdf"


class UploadForm(forms.Form):
    """One standard's file."""

    file = forms.FileField(
        label="标准文件",
        help_text="可以是文本（.txt）、Markdown、网页（.html）、Word（.docx）或 PDF，不超过 20 MB。先预览，确认后才载入。",
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        error_messages={
            "required": "请选择一个文件。",
            "empty": "文件是空的，请选择有内容的标准文件。",
            "missing": "文件没有传上来，请重新选择后再试。",
        },
    )


class ErratumForm(forms.Form):
    """订正: the words as printed, what they should be, and why. The service checks them against the text."""

    printed = forms.CharField(label="原文", max_length=500, help_text="照抄这一条里需要订正的文字。")
    corrected = forms.CharField(label="应为", max_length=500)
    note = forms.CharField(label="说明", max_length=500, required=False, help_text="依据或出处，可以不填。")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = f"请填写“{field.label}”。"


class CheckForm(forms.Form):
    """The result of looking whether a rule still holds."""

    state = forms.ChoiceField(label="状态", choices=ReferenceState.choices)
    checked_on = forms.DateField(
        label="核对日期",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "请填写核对日期。", "invalid": "请填写正确的日期，例如 2026-11-23。"},
    )
    replaced_by = forms.CharField(
        label="代替它的文件", max_length=320, required=False, help_text="状态为“被代替”时填写编号和名称。"
    )
    note = forms.CharField(label="说明", max_length=320, required=False, help_text="在哪里查到的，可以不填。")
