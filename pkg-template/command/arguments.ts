import { parseArgs } from "node:util";

/** An argument or a variable of the environment that is missing or wrong. Its message says what to do. */
export class UsageError extends Error {
  override name = "UsageError";
}

export interface Options {
  from?: string | undefined;
  to?: string | undefined;
  port?: string | undefined;
  json?: boolean | undefined;
  reveal?: boolean | undefined;
  help?: boolean | undefined;
  version?: boolean | undefined;
}

/** The options that each subcommand takes beside `--json` and `--help`, and whether it takes a text. */
export const SUBCOMMANDS = {
  sandbox: { options: ["port"], takesText: false },
  key: { options: ["reveal"], takesText: false },
  token: { options: ["reveal"], takesText: false },
  send: { options: ["from", "to"], takesText: true },
  balance: { options: [], takesText: false },
  segments: { options: [], takesText: true },
} as const satisfies Record<string, { options: readonly (keyof Options)[]; takesText: boolean }>;

export type Subcommand = keyof typeof SUBCOMMANDS;

export interface Arguments {
  subcommand: Subcommand | undefined;
  options: Options;
  text: string | undefined;
}

const OPTIONS = {
  from: { type: "string" },
  to: { type: "string" },
  port: { type: "string" },
  json: { type: "boolean" },
  reveal: { type: "boolean" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
} as const;
/** Options that somebody may expect, with a secret behind them. */
const CREDENTIALS = ["key", "secret", "token", "customerid", "customer-id", "password"];
const ALWAYS = ["json", "help", "version"];

/** The arguments among which options are. */
export const beforeDashes = (args: string[]): string[] => args.slice(0, [...args, "--"].indexOf("--"));

export const isSubcommand = (name: string): name is Subcommand => Object.hasOwn(SUBCOMMANDS, name);

/** @throws {UsageError} for what is not understood. No value is in its message, since it may be a secret. */
export function readArguments(args: string[]): Arguments {
  // Loosely, so that what is wrong can be said in words of ours, and help is there whatever else is.
  const parsed = parseArgs({ args, options: OPTIONS, strict: false, allowPositionals: true, tokens: true });
  const values = parsed.values as Options;
  const asksHelp = parsed.positionals[0] === "help";
  const [first, ...rest] = asksHelp ? parsed.positionals.slice(1) : parsed.positionals;
  const asks = (option: string) => beforeDashes(args).includes(option);
  if (asksHelp || asks("--help") || asks("-h")) {
    const subcommand = parsed.positionals.find(isSubcommand);
    return { subcommand, options: { help: true }, text: undefined };
  }
  if (asks("--version")) return { subcommand: undefined, options: { version: true }, text: undefined };

  const given = new Set<string>();
  for (const token of parsed.tokens) {
    if (token.kind !== "option") continue;
    checkOption(token, args, first);
    // Of two numbers, the first would get no text.
    if (token.value !== undefined && given.has(token.name)) throw new UsageError(`--${token.name} is there twice.`);
    given.add(token.name);
  }
  if (first === undefined) return { subcommand: undefined, options: values, text: undefined };
  if (!isSubcommand(first))
    throw new UsageError(`${unknown(first)} The subcommands are ${names(Object.keys(SUBCOMMANDS))}.`);
  const { options, takesText } = SUBCOMMANDS[first];
  const taken: readonly string[] = [...options, ...ALWAYS];
  for (const option of Object.keys(values)) {
    if (!taken.includes(option)) throw new UsageError(`"${first}" takes no --${option}.`);
  }
  if (rest.length > 1 && takesText) {
    throw new UsageError(`"${first}" takes one text, and there are ${rest.length}: put quotation marks around it.`);
  }
  if (rest.length > 0 && !takesText) throw new UsageError(`"${first}" takes no text.`);
  return { subcommand: first, options: values, text: rest[0] };
}

interface OptionToken {
  name: string;
  rawName: string;
  value: string | undefined;
  inlineValue: boolean | undefined;
  index: number;
}

function checkOption(
  { name, rawName, value, inlineValue, index }: OptionToken,
  args: string[],
  subcommand: string | undefined,
): void {
  const option = Object.hasOwn(OPTIONS, name) ? OPTIONS[name as keyof typeof OPTIONS] : undefined;
  if (CREDENTIALS.includes(name)) {
    const why = "Credentials are not taken from arguments, which every program on this machine can read.";
    throw new UsageError(`${why} Set SMSWORKS_KEY and SMSWORKS_SECRET, or SMSWORKS_CUSTOMERID for "key".`);
  }
  if (!option) {
    const example = `smsworks-wasm ${subcommand ?? "segments"} -- "-5 °C tonight"`;
    const isName = /^--?[a-z][a-z-]{0,20}$/i.test(rawName) && !/\s/.test(args[index] ?? "");
    const what = isName ? `There is no option ${rawName}.` : "An argument begins with a dash and is no option.";
    throw new UsageError(
      `${what} Of a text that begins with a dash, put -- before it, and options before that: ${example}`,
    );
  }
  // Another option is no value, but by `--from=-x`.
  const hasValue = value !== undefined && (inlineValue || !value.startsWith("-"));
  if (option.type === "string" && !hasValue) throw new UsageError(`--${name} needs a value behind it.`);
  if (option.type === "boolean" && value !== undefined) throw new UsageError(`--${name} takes no value.`);
}

const unknown = (name: string): string =>
  /^[a-z-]{1,20}$/i.test(name) ? `There is no subcommand "${name}".` : "The first argument is no subcommand.";

const names = (list: string[]): string => `${list.slice(0, -1).join(", ")} and ${list.at(-1)}`;
