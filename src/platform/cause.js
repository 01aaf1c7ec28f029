/** `LONGEST_TEXT` in rules/defaults.rs. */
const LONGEST_TEXT = 1048576;

/**
 * What a platform's error says, and the first error that caused it; nothing where it says nothing, or more than WebAssembly takes: a part
 * might end within a secret, which would not be found.
 */
export const describe = (cause) => {
  const say = (error) =>
    typeof error === "object" && error !== null ? `${error.name ?? "Error"}: ${error.message ?? ""}` : String(error);
  try {
    if (cause === undefined || cause === null) return "";
    const said = cause.cause === undefined ? say(cause) : `${say(cause)} (${say(cause.cause)})`;
    return said.length > LONGEST_TEXT ? "" : said;
  } catch {
    return "";
  }
};
