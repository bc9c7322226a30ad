"""What is known of a template of which not everything is seen."""

import msgspec


class Unread(msgspec.Struct, frozen=True, gc=False):
    """Why not everything in a template is seen; `malformed` where its text is known, and no template."""

    why: str
    malformed: bool = False
