// Writes the texts of a month, sent and received, to a CSV file (RFC 4180), and says on stderr how far it is:
//
//   node export-to-csv.mjs 2030-01 texts.csv
//
// A month is one of UTC. The texts are written as they come, so that a large month needs no more memory than a small one.
import { createWriteStream } from "node:fs";
import { rename } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { SmsWorks } from "smsworks-wasm";

const { SMSWORKS_KEY: key, SMSWORKS_SECRET: secret, SMSWORKS_BASE_URL: baseUrl } = process.env;
const sms = new SmsWorks({ baseUrl, credentials: { key, secret } });

const COLUMNS = /** @type {const} */ ([
  "messageid",
  "batchid",
  "created",
  "status",
  "sender",
  "destination",
  "content",
  "tag",
]);

/**
 * A field of a line. A spreadsheet takes one that begins with =, +, - or @ for a formula, and anybody may text you one that sends
 * your other cells to a server of theirs. An apostrophe before it makes it text again; take that away where a program reads the
 * file. It comes after a semicolon, a tab and a line break, too: where those separate cells, as in a German Excel, one begins there.
 *
 * @param {string | number | undefined} value
 */
function field(value) {
  const text = String(value ?? "").replace(/(^|[;\t\r\n])([\s;]*)(?=[=+\-@＝＋－＠])/g, "$1$2'");
  return /[",;\r\n\t]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** @param {readonly (string | number | undefined)[]} fields */
const line = (fields) => `${fields.map(field).join(",")}\r\n`;

/** @param {string} month */
async function* lines(month) {
  const from = new Date(`${month}-01T00:00:00Z`);
  const to = new Date(from);
  to.setUTCMonth(to.getUTCMonth() + 1);
  to.setTime(to.getTime() - 1);

  // Without the mark at the beginning, Excel does not take it for UTF-8.
  yield `\uFEFF${line(COLUMNS)}`;
  let count = 0;
  for await (const text of sms.messages.all({ from, to })) {
    yield line(COLUMNS.map((column) => text[column]));
    if (++count % 1000 === 0) console.error(`${count} texts, up to ${text.created}`);
  }
  console.error(`${count} texts: that is all`);
}

const [month = "", file = `${month}.csv`] = process.argv.slice(2);
if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) {
  console.error("Which month? For January of 2030: node export-to-csv.mjs 2030-01 texts.csv");
  process.exit(2);
}
// Under its name there is a whole file or none. Only its owner can read it.
await pipeline(lines(month), createWriteStream(`${file}.part`, { mode: 0o600 }));
await rename(`${file}.part`, file);
