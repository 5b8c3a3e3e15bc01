"""What of a reply is the candidate's own."""

from itembank.practical.wording import unquoted

QUOTE = 8  # so many characters in a row from the user's own message are a quotation


def own_words(reply: str, message: str) -> str:
    """The reply without what is quoted from the message: repeating a question answers nothing."""
    return unquoted(reply, message, QUOTE)
