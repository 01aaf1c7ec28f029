const parse = (text, base) => {
  try {
    return new URL(text, base);
  } catch {}
};

/** The URL that a text is, as the URL parser writes it (WHATWG URL), or nothing. */
export const href = (text) => parse(text)?.href;

/** The URL that a text is, or the one below `base` that it is the path of. */
export const locate = (base, text) => {
  // As the URL parser does (WHATWG URL, 4.4).
  const path = text.replace(/^[\0-\x20]+/, "");
  const absolute = href(path);
  if (absolute) return absolute;
  // `//a.example/x` has a host of its own, and so another in place of this one.
  const host = parse(path, "https://none.invalid")?.host;
  if (host === undefined) return undefined;
  return host === "none.invalid" ? href(`${base}/${path.replace(/^[/\\]+/, "")}`) : parse(path, base)?.href;
};
