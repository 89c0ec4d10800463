"""What users may have meant by a setting that cannot be used."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from jsonschema.exceptions import ValidationError
from yaml import MarkedYAMLError

EXPONENT = re.compile(r"[-+]?\d+[eE][-+]?\d+|[-+]?\d*\.\d*[eE]\d+")  # text in YAML, a number elsewhere


def nearest(name: object, known: Iterable[str], are: str = "there are") -> str:
    """The name that was probably meant, if one is similar; otherwise all names.

    >>> nearest("WieNet", ["WeiNet", "SongNet"]), nearest("x", ["iou", "f1"]), nearest("x", ["lime"])
    ('; did you mean WeiNet?', '; there are iou, f1', '; there is lime')
    """
    known = list(known)
    lowered = {each.casefold(): each for each in reversed(known)}
    near = get_close_matches(str(name).casefold(), lowered, n=1)
    if near:
        return f"; did you mean {lowered[near[0]]}?"
    if not known:
        return "; there are none"
    return f"; {are.replace('are', 'is') if len(known) == 1 else are} {', '.join(known)}"


def hint(error: ValidationError) -> str:
    """How YAML, or a shell, misunderstood what was meant; usually empty."""
    value = error.instance
    if error.validator != "type":
        return ""
    types = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
    if isinstance(value, str) and {"integer", "number"} & set(types):
        return _of_text_for_number(value, "number" in types)
    if isinstance(value, bool):
        return " (YAML reads yes, no, on and off as true and false: put the word in quotes)"
    if isinstance(value, int | float) and types == ["string"]:
        return f' (a number; as text, put it in quotes: "{value}")'
    if value is None:
        return " (the value is empty: fill it in, or remove the key)"
    if isinstance(value, str) and types == ["array"]:
        return f" (a list is written [{value}], even with one item)"
    if isinstance(value, str) and types == ["object"] and "=" in value:
        key, _, rest = value.partition("=")
        return f" (keys below keys are written {{{key}: {rest}}})"
    return ""


def _of_text_for_number(text: str, decimal: bool) -> str:
    """Why a text that looks like a number is not one."""
    text = text.strip()
    if EXPONENT.fullmatch(text):
        if not decimal:
            return f" (write it in full: {float(text):.0f})"
        example = "a sign, 1.0e+3" if "." in text else "a decimal point, 1.0e-3"
        return f" (YAML reads this as text: write {example})"
    if _is_number(text):
        return (
            f" (text: write {text} without quotes; nested values in --config are always text, "
            "so write such settings into a file)"
        )
    if _is_number(text.replace(",", ".", 1)):
        return f" (write a decimal point: {text.replace(',', '.', 1)})"
    return ""


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def misread(error: MarkedYAMLError, text: str) -> str:
    """The line of `text` that YAML cannot read, its complaint, and the most likely reason."""
    number = error.problem_mark.line
    said = f"line {number + 1}: {error.problem}"
    if error.context and error.context_mark and error.context_mark.line != number:
        said += f" ({error.context} that began in line {error.context_mark.line + 1})"
    lines = text.splitlines()
    here = lines[number] if number < len(lines) else ""
    above = next((line for line in reversed(lines[:number]) if line.strip()), "")
    reason = _reason(error.problem, error.context or "", here, above)
    return f"{said}; {reason}" if reason else said


def _reason(problem: str, context: str, here: str, above: str) -> str:
    """The most likely reason why YAML cannot read the line `here`; empty if there are many."""
    if "\t" in here[: len(here) - len(here.lstrip())]:
        return "indent with spaces, never tabs"
    if "flow" in context or "quoted" in context:
        return "a bracket, a brace or a quote is not closed"
    if "cannot start any token" in problem or "alias" in problem:
        return "put the text in quotes"
    if "not allowed here" in problem:
        if ": " in here.partition(": ")[2]:
            return "put a text with a colon in quotes"
        if _indent(here) > _indent(above):
            return "it is indented more deeply than the line above, which already has a value"
        return "the line above has no colon after its key"
    if "found '<scalar>'" in problem or "found ']'" in problem or "found '}'" in problem:
        return "there is something after the end of the value"
    return (
        "keys of one mapping, or items of one list, must begin in the same column"
        if "<block end>" in problem
        else ""
    )


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
