"""The names of a new plugin: what people type, the package to import, the class, the distribution."""

from __future__ import annotations

import keyword
import re

import attrs

import fracorr
from fracorr.errors import ConfigurationError

_PLAIN = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST = 40
#: What the templates import besides what fracorr offers.
_IMPORTED = ("Any", "Iterable", "Iterator")


@attrs.frozen
class Names:
    """What everything of a plugin called ``sea-shell`` is called.

    Attributes
    ----------
    component : str
        ``sea-shell``: what people type.
    distribution : str
        ``fracorr-sea-shell``: what pip installs.
    package : str
        ``fracorr_sea_shell``: what Python imports.
    module : str
        ``sea_shell``: where the class is.
    cls : str
        ``SeaShell``.
    """

    component: str
    distribution: str
    package: str
    module: str
    cls: str

    @classmethod
    def of(cls, name: str) -> Names:
        """Derive all names from one.

        Raises
        ------
        ConfigurationError
            If the name cannot be a component's.
        """
        plain = name.removeprefix("fracorr-").removeprefix("fracorr_")
        if not _PLAIN.fullmatch(plain) or not 2 <= len(plain) <= _LONGEST:
            suggestion = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-0123456789")[:_LONGEST].strip("-")
            hint = f", for example '{suggestion}'" if _PLAIN.fullmatch(suggestion) and len(suggestion) > 1 else ""
            raise ConfigurationError(
                f"'{name}' cannot be a plugin's name: use 2 to {_LONGEST} lower-case letters, digits and single "
                f"hyphens, beginning with a letter{hint}"
            )
        module = plain.replace("-", "_")
        if keyword.iskeyword(module) or keyword.issoftkeyword(module) or module in ("plugin", "test"):
            raise ConfigurationError(
                f"'{name}' cannot be a plugin's name: Python would not import it; add a word to it"
            )
        title = "".join(part.capitalize() for part in plain.split("-"))
        if title in {*fracorr.__all__, *_IMPORTED}:
            raise ConfigurationError(
                f"'{name}' cannot be a plugin's name: its class {title} would hide the one that plugins import; add a "
                "word to it"
            )
        return cls(plain, f"fracorr-{plain}", f"fracorr_{module}", module, title)
