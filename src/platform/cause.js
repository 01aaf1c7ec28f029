/** What a platform's error says, and the first error that caused it; nothing where it says nothing. */
export const describe = (cause) => {
  const say = (error) =>
    typeof error === "object" && error !== null ? `${error.name ?? "Error"}: ${error.message ?? ""}` : String(error);
  try {
    if (cause === undefined || cause === null) return "";
    return cause.cause === undefined ? say(cause) : `${say(cause)} (${say(cause.cause)})`;
  } catch {
    return "";
  }
};
