"""What a telephone number may be made of, wherever one is written. Pure."""

import re
import unicodedata

BETWEEN = re.compile(r"[\s()-]")
NUMBER = re.compile(r"\+?\d{3,20}((转|ext\.?)\d{1,6})?")


def is_number(text: str) -> bool:
    """Tell whether a text is a telephone number: digits, + - ( ), spaces, an extension after 转 or ext."""
    return bool(NUMBER.fullmatch(BETWEEN.sub("", unicodedata.normalize("NFKC", text.casefold()))))
