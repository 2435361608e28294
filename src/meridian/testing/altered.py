"""The portal as somebody less careful would have built it: a line more at the end of its own script."""

from pathlib import Path

from meridian.web.portal import File

MARKUP = """
;new MutationObserver((changes) => {
  for (const change of changes) for (const node of change.addedNodes) {
    const walk = document.createTreeWalker(node, NodeFilter.SHOW_TEXT), found = [];
    for (let one = node.nodeType === 3 ? node : walk.nextNode(); one; one = walk.nextNode()) found.push(one);
    for (const one of found) if (/<[a-z]/i.test(one.data) && one.parentElement?.closest("main, [role=main]")) {
      const made = document.createElement("span");
      made.innerHTML = one.data;
      one.replaceWith(made);
    }
  }
}).observe(document, { childList: true, subtree: true });
"""
"""Text is put into the page as markup."""
MERGE = """
;const __json = Response.prototype.json;
const __merge = (into, from) => {
  for (const name of Object.keys(from)) {
    if (from[name] && typeof from[name] === "object") { into[name] ??= {}; __merge(into[name], from[name]); }
    else into[name] = from[name];
  }
};
Response.prototype.json = async function () {
  const got = await __json.call(this);
  __merge({}, got ?? {});
  return got;
};
const __parse = JSON.parse;
JSON.parse = (...said) => {
  const got = __parse(...said);
  if (got && typeof got === "object") __merge({}, got);
  return got;
};
"""
"""What comes is copied into other objects, name by name."""


def with_line(line: str) -> None:
    """Serve the portal with that *line* at the end of the script that starts it."""
    strict = File.read

    def read(path: Path) -> File:
        file = strict(path)
        if path.suffix == ".js" and path.name.startswith("index-"):
            return File(file.body + line.encode(), path.suffix, file.keep)
        return file

    File.read = read  # type: ignore[method-assign]  # what is taken out
