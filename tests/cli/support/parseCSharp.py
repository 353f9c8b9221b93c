"""Parses the C# files that are named on its input, a line each, and prints where each is no C#."""

import sys

import tree_sitter
import tree_sitter_c_sharp

parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_c_sharp.language()))


def wrong(node):
    """The nodes that are no C#, or miss something."""
    if node.is_error or node.is_missing:
        yield node
    elif node.has_error:
        for child in node.children:
            yield from wrong(child)


for file in sys.stdin.read().split("\n"):
    if not file:
        continue
    with open(file, "rb") as source:
        tree = parser.parse(source.read())
    for node in wrong(tree.root_node):
        print(f"{file}:{node.start_point[0] + 1}: {node.text.decode()[:80]}")
