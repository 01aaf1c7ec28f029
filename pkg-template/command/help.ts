import type { Subcommand } from "./arguments.js";

const GENERAL = `smsworks-wasm sends texts (SMS) by The SMS Works API.

Usage: smsworks-wasm SUBCOMMAND [OPTIONS]

  segments TEXT                         count the parts of a text; sends nothing
  send --from NAME --to NUMBER TEXT     send a text; this costs credits
  balance                               show how many credits are left
  token [--reveal]                      log in, and show the token
  key [--reveal]                        make a new key and secret
  sandbox [--port PORT]                 run a stand-in for the API

  --json       print JSON, for programs; errors too
  --help, -h   print this, or behind a subcommand the help for that
  --version    print the version

Environment variables:
  SMSWORKS_KEY         your API key; for send, balance and token
  SMSWORKS_SECRET      the secret of that key; likewise
  SMSWORKS_CUSTOMERID  your customer id; only key needs it
  SMSWORKS_BASE_URL    where requests go, such as a sandbox; by default, the
                       API itself: https://api.thesmsworks.co.uk/v1

The key, the secret and the customer id are on the API page of your account at
thesmsworks.co.uk. An account is free. The sandbox and segments need none.

The exit code is 0 for success, 1 where a call failed, and 2 where an argument
or a variable is missing or wrong.`;

const CREDENTIALS = `It needs the environment variables SMSWORKS_KEY and SMSWORKS_SECRET.`;

const HELP: Record<Subcommand, string> = {
  sandbox: `Usage: smsworks-wasm sandbox [--port PORT] [--json]

Runs a stand-in for The SMS Works API on this machine, until you stop it with
Ctrl+C. It sends no real text and keeps everything in memory. Whatever talks to
the API can talk to it instead, in any language. It prints its URL, the id of
the customer that it knows, and a request to try.

  --port PORT   the port, from 0 to 65535; by default, one that is free
  --json        print {"url", "customerid"} in one line`,

  key: `Usage: smsworks-wasm key [--reveal] [--json]

Makes a new API key and secret, in addition to those that there are. Each run
makes another pair. The API shows a secret once: without --reveal the pair is of
no use. It needs the environment variable SMSWORKS_CUSTOMERID.

  --reveal   print both in full
  --json     print {"key", "secret"} in one line`,

  token: `Usage: smsworks-wasm token [--reveal] [--json]

Logs in, and prints the token: the value for the header Authorization of other
requests. It holds the secret in readable form, so keep it as safe as that.
${CREDENTIALS}

  --reveal   print it in full; else it is shortened
  --json     print {"token"} in one line`,

  send: `Usage: smsworks-wasm send --from NAME --to NUMBER [--json] TEXT

Sends a text, which costs credits: "smsworks-wasm segments TEXT" says how many
parts it has.
${CREDENTIALS}

  --from NAME   who it is from: up to 11 letters and digits without spaces, or
                a number
  --to NUMBER   who it goes to, with the country's code: 447777777777
  --json        print the API's answer in one line

Put quotation marks around the text; if it begins with a dash, put -- before it:

  smsworks-wasm send --from YourCompany --to 447777777777 "Your parcel is here"
  smsworks-wasm send --from YourCompany --to 447777777777 -- "-5 °C tonight"

Where it fails, it says whether the text may have been sent all the same.`,

  balance: `Usage: smsworks-wasm balance [--json]

Prints how many credits are left.
${CREDENTIALS}

  --json   print {"credits"} in one line`,

  segments: `Usage: smsworks-wasm segments [--json] TEXT

Counts the parts that a text is sent in, each of which costs a credit in the UK,
and names the characters that make it dear. It sends nothing and needs no
credentials. Put quotation marks around the text; if it begins with a dash, put
-- before it: smsworks-wasm segments -- "-5 °C tonight"

  --json   print {"encoding", "parts", "units", "remaining", "nonGsm"}`,
};

/** What to print for help, with a subcommand or in general. */
export const help = (subcommand?: Subcommand): string => (subcommand ? HELP[subcommand] : GENERAL);
