import { type Options, type Subcommand, UsageError } from "./arguments.js";
import { AuthApi, SmsWorks, SmsWorksError, segments } from "./node.js";
import { createSandbox } from "./sandbox-node.js";

/** What a subcommand prints: `fields` as JSON, or `lines`; and a warning, to standard error. */
export interface Output {
  fields: object;
  lines: string[];
  /** What was done, for where the rest cannot be printed. */
  done?: string;
  warning?: string;
}

type Run = (options: Options, text: string | undefined) => Promise<Output>;

/** The customer of the API description's examples, whom the sandbox knows. */
const CUSTOMER = "0fca8c3c-6cbc-11e7-8154-a6006ad3dba0";

const STOP_SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** What to say where a text may have been sent. */
export const PERHAPS =
  "The text may have been sent all the same: find out before you send it again, or it may arrive twice.";

/** A send was stopped by who started it. */
class Stopped extends Error {
  override name = "Stopped";
  effect = "unknown";
}

const RUN: Record<Subcommand, Run> = {
  async sandbox({ port }) {
    const { url } = await listen(port);
    for (const signal of STOP_SIGNALS) process.once(signal, () => process.exit());
    return {
      fields: { url, customerid: CUSTOMER },
      lines: [
        `The sandbox is at ${url}, until you stop it with Ctrl+C. It sends no real text.`,
        `Its customer id is ${CUSTOMER}. To try it, make a key and a secret in another terminal:`,
        "",
        `  curl "${url}/auth/getApiKey?customerid=${CUSTOMER}"`,
      ],
    };
  },

  async key({ reveal }) {
    const { customerid } = environment("customerid");
    const pair = await new AuthApi(where()).keySecret(customerid);
    const [key, secret] = [shown(pair.key, reveal), shown(pair.secret, reveal)];
    const lines = [`key     ${key}`, `secret  ${secret}`];
    const output = { fields: { key, secret }, lines, done: "A key and a secret were made all the same." };
    if (reveal) return output;
    const warning =
      "The new secret is shortened, and the API does not show it again. For a pair to use, run this with --reveal.";
    return { ...output, warning };
  },

  async token({ reveal }) {
    const token = shown(await client().token(), reveal);
    return { fields: { token }, lines: [token] };
  },

  async send({ from: sender, to: destination }, content) {
    const missing = [];
    if (!sender) missing.push("--from NAME, who it is from");
    if (!destination) missing.push("--to NUMBER, who it goes to");
    if (!content) missing.push("the text, in quotation marks");
    if (!sender || !destination || !content) throw new UsageError(`"send" needs ${missing.join("; and ")}.`);
    const sms = client();
    const stopping = new AbortController();
    const stop = () => stopping.abort();
    for (const signal of STOP_SIGNALS) process.once(signal, stop);
    try {
      const sent = await sms.messages.send({ sender, destination, content }, { signal: stopping.signal });
      const { messageid, status, credits, creditsUsed } = sent;
      const lines = [`${status ? `${status}: the` : "The"} text ${messageid}`];
      const left = typeof credits === "number" ? `, and ${credits} are left` : "";
      if (typeof creditsUsed === "number") lines.push(`It took ${plural(creditsUsed, "credit")}${left}.`);
      return { fields: sent, lines, done: "The text was sent all the same." };
    } catch (error) {
      throw stopping.signal.aborted ? new Stopped(`Stopped. ${PERHAPS}`) : error;
    } finally {
      for (const signal of STOP_SIGNALS) process.off(signal, stop);
    }
  },

  async balance() {
    const { credits } = await client().credits.balance();
    if (typeof credits !== "number") throw new Error("The API's answer has no credits: check SMSWORKS_BASE_URL.");
    return { fields: { credits }, lines: [`${plural(credits, "credit")} left`] };
  },

  async segments(_, content) {
    if (content === undefined) throw new UsageError('"segments" needs a text, in quotation marks.');
    const counted = await segments(content);
    const { encoding, parts, units, remaining, nonGsm } = counted;
    const isGsm = encoding === "gsm7";
    const lines = [
      `${plural(parts, "part")}: ${plural(units, isGsm ? "septet of GSM-7" : "unit of UCS-2", isGsm ? "septets of GSM-7" : "units of UCS-2")}, room for ${remaining} more${parts > 1 ? " in the last part" : ""}`,
    ];
    if (nonGsm.length > 0) {
      lines.push(`GSM-7 lacks ${nonGsm.map(named).join(", ")}`);
      lines.push(
        "Without these, a part has room for 160 septets, or 153 where there are several, in place of 70 and 67.",
      );
    }
    return { fields: counted, lines };
  },
};

/** @throws {UsageError} also where the API's client refuses an argument or a variable. */
export async function run(subcommand: Subcommand, options: Options, text: string | undefined): Promise<Output> {
  try {
    return await RUN[subcommand](options, text);
  } catch (error) {
    if (!(error instanceof SmsWorksError) || error.code !== "invalid_argument") throw error;
    const variable = /'(?:credentials\.)?(baseUrl|customerid|key|secret)'/.exec(error.message)?.[1];
    const name = variable === "baseUrl" ? "BASE_URL" : variable?.toUpperCase();
    throw new UsageError(name ? `SMSWORKS_${name} cannot be used: ${error.message}.` : `${error.message}.`);
  }
}

async function listen(port = "0") {
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new UsageError("--port takes a number from 0 to 65535.");
  try {
    return await createSandbox().listen(Number(port));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === "EADDRINUSE" ? "is in use" : code === "EACCES" ? "is not open to you" : `failed (${message})`;
    throw new UsageError(
      `The port ${Number(port)} ${why}: choose another --port, or leave it out for one that is free.`,
    );
  }
}

/** The variables of the environment with these names, each of which there has to be. */
function environment<Name extends string>(...fields: Name[]): Record<Name, string> {
  const values = fields.map((field) => [field, variable(field)] as const);
  const missing = values.filter(([, value]) => !value).map(([field]) => variableName(field));
  if (missing.length > 0) {
    const which = `the environment ${missing.length === 1 ? "variable" : "variables"} ${missing.join(" and ")}`;
    const whence = "from the API page of your account at thesmsworks.co.uk";
    throw new UsageError(`Set ${which}, ${whence}; or try "smsworks-wasm sandbox", which needs no account.`);
  }
  return Object.fromEntries(values) as Record<Name, string>;
}

/** A variable of the environment, without the white space that a file which it comes from may have around it. */
const variable = (field: string): string | undefined => process.env[variableName(field)]?.trim() || undefined;

const variableName = (field: string) => `SMSWORKS_${field.toUpperCase()}`;

const where = () => ({ baseUrl: variable("base_url") });

const client = () => {
  const credentials = { customerid: variable("customerid"), ...environment("key", "secret") };
  return new SmsWorks({ ...where(), credentials });
};

/** The beginning of a secret, by which it is told from another; or all of it. */
const shown = (secret: string, reveal = false): string =>
  reveal ? secret : `${secret.slice(0, Math.min(8, secret.length / 4))}…`;

const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** A character with its number, or the number alone of one that shows nothing by itself. */
const named = (char: string): string => {
  const number = `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
  return /^[\p{C}\p{Z}\p{M}]$/u.test(char) ? number : `${char} (${number})`;
};
