#!/usr/bin/env node
// The command `smsworks-wasm`, for Node.
import { readFileSync } from "node:fs";
import { type Arguments, beforeDashes, isSubcommand, readArguments, UsageError } from "./arguments.js";
import { help } from "./help.js";
import { SmsWorksError } from "./node.js";
import { PERHAPS, run } from "./subcommands.js";

for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // What reads the output may stop doing so, as `head` does. The call was made all the same.
    if (error.code === "EPIPE") return;
    process.exitCode = 1;
    if (stream !== process.stdout) return;
    printError(failure(new Error(`The output cannot be written: ${error.message}.${done}`)));
  });
}

const args = process.argv.slice(2);
const words = beforeDashes(args);
/** What was done, for where the output cannot be written. */
let done = "";

const print = (text: string) => process.stdout.write(`${text}\n`);
const printError = (text: string) => process.stderr.write(`${text}\n`);

/** Without what would steer a terminal: the API's words are in it, too. */
const printable = (text: string): string => text.replace(/(?!\n)\p{Cc}/gu, " ");

/** JSON escapes no other characters that would steer a terminal than those below a space. */
const json = (value: unknown): string =>
  JSON.stringify(value).replace(/\p{Cc}/gu, (char) => `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`);

const main = async (given: Arguments): Promise<void> => {
  const { options, subcommand, text } = given;
  if (options.help) return void print(help(subcommand));
  if (options.version) {
    const manifest = readFileSync(new URL("package.json", import.meta.url), "utf8");
    return void print(JSON.parse(manifest).version);
  }
  if (subcommand === undefined) throw new UsageError(`Name a subcommand.\n\n${help()}`);
  const output = await run(subcommand, options, text);
  const { fields, lines, warning } = output;
  if (output.done) done = ` ${output.done}`;
  if (warning) printError(printable(warning));
  print(options.json ? json(fields) : printable(lines.join("\n")));
};

/** What to print of a failure. */
const failure = (error: unknown): string => {
  const isKnown = error instanceof SmsWorksError;
  const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
  if (words.includes("--json")) return json(isKnown ? error : { ...(error as object), name, message });
  let more = "";
  if (error instanceof UsageError && !message.includes("\n")) {
    const command = ["smsworks-wasm", ...words.filter(isSubcommand).slice(0, 1), "--help"];
    more = `\nRun "${command.join(" ")}" for help.`;
  }
  if (isKnown && error.effect === "unknown" && error.operation === "POST /message/send") more = `\n${PERHAPS}`;
  return printable(`smsworks-wasm: ${message}${more}`);
};

try {
  await main(readArguments(args));
} catch (error) {
  printError(failure(error));
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
