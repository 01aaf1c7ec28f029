/** The codes of Node and OpenSSL, and those of Bun, such as `ConnectionRefused`. */
const CODE = /^[A-Z]\w{2,40}$/;
/** Those of them that come before a request is sent: no such host, no connection, or a wrong certificate. */
const UNSENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused|ERR_TLS_CERT_\w+|CERT_\w+|UNABLE_TO_(VERIFY_LEAF|GET_ISSUER)_\w+|(DEPTH_ZERO_)?SELF_SIGNED_CERT\w*)$/;
/** What Deno's messages have in place of codes. A URL in them has no spaces. */
const WORDS =
  /Connection refused|Connection reset by peer|connection closed before message completed|dns error|tls handshake eof|invalid peer certificate(: [A-Za-z]{5,15}\b(?!\())?/;
const UNSENT_WORDS = /^error sending request .*client error \(Connect\)/;

/**
 * What a platform's error tells of a request that failed: whether it was certainly not sent, and a word for why, which matches one
 * of the patterns above.
 *
 * Where the runtime may repeat requests by itself, a refused connection does not show that nothing was sent: it may be that of the
 * repetition.
 */
export const explainFault = (cause, controller) => {
  let reason = "";
  // An error of a caller's `fetch` may have causes without end.
  let left = 32;
  const isUnsent = (error) => {
    if (left-- <= 0) return false;
    const { code, message, syscall, cause, errors } = error;
    const isCode = typeof code === "string" && CODE.test(code);
    const text = isCode || typeof message !== "string" ? "" : message.slice(0, 4096);
    const word = isCode ? code : WORDS.exec(text)?.[0];
    reason ||= word ?? "";
    const inner = cause === undefined ? [] : [cause];
    if (Array.isArray(errors)) for (let i = 0; i < errors.length && i <= left; i++) inner.push(errors[i]);
    // Node's error for several addresses has the code of the first one's error.
    const isOfInner = inner.length > 0 && (!word || inner[0]?.code === word);
    const isConnecting = isCode ? UNSENT.test(code) || syscall === "connect" : UNSENT_WORDS.test(text);
    return (isConnecting || isOfInner) && inner.every(isUnsent);
  };
  let isCertain = false;
  try {
    isCertain = isUnsent(cause) && !controller?.repeats;
  } catch {}
  return [isCertain, reason];
};
