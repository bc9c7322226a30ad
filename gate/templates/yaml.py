"""CloudFormation's YAML: version 1.1 with a short form for every intrinsic function, and no dates.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

from typing import Any

import yaml

from gate.templates.unreadable import DEEPEST, UnreadableTemplate, WhyUnread

_SCALARS = ("null", "bool", "int", "float", "str")
_MERGE = "tag:yaml.org,2002:merge"
_UNREADABLE = (yaml.YAMLError, ValueError, TypeError, OverflowError, RecursionError, AttributeError, LookupError)


def load(text: str) -> Any:
    """The value of a YAML text. Raises UnreadableTemplate; nothing of the library's reaches the caller."""
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 (a SafeLoader, see below)
    except UnreadableTemplate:
        raise
    except RecursionError:
        raise UnreadableTemplate(WhyUnread.TOO_DEEP) from None
    except _UNREADABLE as error:
        mark = getattr(error, "problem_mark", None)
        if mark is not None:
            raise UnreadableTemplate(WhyUnread.NEITHER_FROM_LINE, str(mark.line + 1)) from None
        raise UnreadableTemplate(WhyUnread.NEITHER_JSON_NOR_YAML) from None


class _Loader(yaml.SafeLoader):
    """Reads no dates, knows the short forms, and refuses repeated keys and keys that are no texts."""

    def fetch_flow_collection_start(self, TokenClass: Any) -> None:  # noqa: N803 (the library's name)
        """A `[` or `{`. The library looks at all that are open for each token, which makes depth quadratic work."""
        if self.flow_level >= DEEPEST:
            raise UnreadableTemplate(WhyUnread.TOO_DEEP)
        super().fetch_flow_collection_start(TokenClass)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        if any(key.tag == _MERGE for key, _ in node.value):
            raise UnreadableTemplate(WhyUnread.YAML_MERGE)
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if not isinstance(key, (str, int, float)):
                raise UnreadableTemplate(WhyUnread.KEY_OF_NO_TEXT)
        texts = list(map(str, keys))
        repeated = next((key for key in texts if texts.count(key) > 1), None) if len({*texts}) < len(texts) else None
        if repeated is not None:
            raise UnreadableTemplate(WhyUnread.REPEATED_KEY, repeated)
        found = super().construct_mapping(node, deep=deep)
        return {str(key): member for key, member in found.items()}

    def construct_yaml_map(self, node: Any) -> Any:
        data: dict[str, Any] = {}
        yield data
        data.update(self.construct_mapping(node))

    def construct_function(self, suffix: str, node: Any) -> dict[str, Any]:
        """`!GetAtt a.b` as `{"Fn::GetAtt": "a.b"}`."""
        if isinstance(node, yaml.ScalarNode):
            argument: Any = self.construct_scalar(node)
        elif isinstance(node, yaml.SequenceNode):
            argument = self.construct_sequence(node, deep=True)
        else:
            argument = self.construct_mapping(node, deep=True)
        return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": argument}


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.yaml_constructors = {
    tag: constructor
    for tag, constructor in yaml.SafeLoader.yaml_constructors.items()
    if tag is None or tag.removeprefix("tag:yaml.org,2002:") in (*_SCALARS, "seq")
}
_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.construct_yaml_map)
_Loader.add_multi_constructor("!", _Loader.construct_function)
