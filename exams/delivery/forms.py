"""Forms of the candidate's pages."""

from django import forms


class TicketForm(forms.Form):
    """准考证号 and 证件号码. Case, blanks and full-width characters are put right later, by accounts."""

    ticket_number = forms.CharField(
        label="准考证号",
        max_length=60,
        help_text="见准考证，字母大小写均可。",
        error_messages={"required": "请输入准考证号。", "max_length": "准考证号太长，请对照准考证重新输入。"},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )
    id_number = forms.CharField(
        label="证件号码",
        max_length=60,
        help_text="报名时所用的证件，含字母和括号时照原样输入。",
        error_messages={"required": "请输入证件号码。", "max_length": "证件号码太长，请对照证件重新输入。"},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


class PromiseForm(forms.Form):
    """考生承诺."""

    promise = forms.BooleanField(
        label="我已阅读并理解考场规则，郑重作出以上承诺。",
        error_messages={"required": "请先勾选承诺，再进入下一步。"},
    )
