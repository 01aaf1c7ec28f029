// `segments` beside an independent calculator, Twilio's, and beside the sandbox, which has the rule a second time.
import assert from "node:assert/strict";
import test from "node:test";
import { SegmentedMessage } from "sms-segments-calculator";
import { segments } from "smsworks-wasm";
import { createSandbox } from "smsworks-wasm/sandbox";
import { texts } from "./texts.mjs";

const COUNT = 10_000;
const SEED = 20_261_126;
const ALL = [...texts(COUNT, SEED)];

const BITS = { gsm7: 7, ucs2: 16 };

/** What Twilio's calculator says of characters, or of graphemes, put into parts. */
function describe({ encodingName }, characters, parts) {
  const encoding = encodingName === "GSM-7" ? "gsm7" : "ucs2";
  return {
    encoding,
    parts: parts.length,
    units: characters.reduce((sum, { codeUnits }) => sum + codeUnits.length, 0),
    remaining: Math.floor(parts.at(-1).freeSizeInBits() / BITS[encoding]),
    nonGsm: [...new Set(characters.filter(({ isGSM7 }) => !isGSM7).map(({ raw }) => raw))],
  };
}

test(`${COUNT} texts have the parts that Twilio's calculator counts`, async () => {
  const seen = { gsm7: 0, ucs2: 0, several: 0, uncut: 0, whole: 0 };
  for (const content of ALL) {
    const counted = await segments(content);
    const message = new SegmentedMessage(content);
    const asItComes = describe(message, message.encodedChars, message.segments);
    if (message.graphemes.some((grapheme) => [...grapheme].length > 1)) {
      // It never cuts a grapheme of several characters, and so may count more parts. Here its own steps get the characters.
      const characters = message._encodeChars([...content]);
      const byCharacter = describe(message, characters, message._buildSegments(characters));
      assert.deepEqual(counted, byCharacter, JSON.stringify(content));
      assert.ok(counted.parts <= asItComes.parts, JSON.stringify(content));
      if (counted.parts < asItComes.parts) seen.whole++;
    } else {
      assert.deepEqual(counted, asItComes, JSON.stringify(content));
    }
    const { encoding, parts, units } = counted;
    seen[encoding]++;
    if (parts > 1) seen.several++;
    if (parts > 1 && parts > Math.ceil(units / (encoding === "gsm7" ? 153 : 67))) seen.uncut++;
  }
  // Were the texts all alike, this would show little.
  for (const [what, count] of Object.entries(seen)) assert.ok(count > COUNT / 200, `${what}: ${count}`);
});

test("the sandbox takes a credit for each part", async () => {
  const pair = { customerid: "customer", key: "key", secret: "secret" };
  const { fetch } = createSandbox({ customers: [pair], credits: 1e9 });
  const post = async (path, body, headers) => {
    const init = { method: "POST", body: JSON.stringify(body), headers };
    return (await fetch(`https://api.test/v1${path}`, init)).json();
  };
  const { token: Authorization } = await post("/auth/token", pair);
  for (const content of ALL) {
    if (content === "") continue;
    const text = { sender: "Us", destination: "447777777777", content };
    const { creditsUsed, messageparts } = await post("/message/send", text, { Authorization });
    const { parts } = await segments(content);
    assert.deepEqual([creditsUsed, messageparts], [parts, parts], JSON.stringify(content));
  }
});

test("an empty text is one part, as Twilio's calculator has it", async () => {
  const message = new SegmentedMessage("");
  const empty = { encoding: "gsm7", parts: 1, units: 0, remaining: 160, nonGsm: [] };
  assert.deepEqual([await segments(""), describe(message, message.encodedChars, message.segments)], [empty, empty]);
});
