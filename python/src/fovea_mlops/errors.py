"""How an export ends when it does not end well."""

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_MEMORY = 3
EXIT_REFUSED = 4


class ExportRefused(Exception):
    """These inputs will never work; trying again is of no use.

    The message says what was seen and, after a semicolon, what to do.
    """
