import { type Fields, number, object, parseFields, refusal, text, textOrNumber, whole } from "./fields.js";
import { charge, checkNumber, checkSender, MAX_LENGTH, send } from "./messages.js";
import { randomDigits } from "./random.js";
import { ApiError } from "./reply.js";
import { type Handle, LAST_TIME, type State } from "./state.js";

/** Times are in milliseconds, and the validity in seconds. */
export interface Otp {
  messageid: string;
  destination: string;
  passcode: string;
  validity: number;
  /** As it came. */
  metadata: Fields | undefined;
  created: number;
  modified: number;
  expires: number;
  isVerified: boolean;
}

const PLACE = "{{passcode}}";
const VALIDITY_SECONDS = 300;
const DIGITS = 6;
const SENDER = "SMSWorks";
const MAX_METADATA_BYTES = 1024;

export const sendOtp: Handle = ({ body }, account, state) => {
  const fields = parseFields(body);
  const destination = checkNumber(textOrNumber(fields, "destination"));
  const sender = checkSender(text(fields, "sender") ?? SENDER);
  const passcode = textOrNumber(fields, "passcode") ?? randomDigits(checkLength(fields));
  if (passcode === "") throw refusal("passcode", "a text that is not empty");
  const content = fill(text(fields, "template") ?? `Your one-time passcode is ${PLACE}`, passcode);
  const validity = number(fields, "validity") ?? VALIDITY_SECONDS;
  if (validity <= 0) throw refusal("validity", "a number of seconds above 0");
  const metadata = checkMetadata(fields);

  const message = { sender, destination, content, tag: "" };
  const used = charge(account, [message]);
  const { messageid, status } = send(account, message, state).shown;
  const created = state.now();
  // A validity has no limit, but dates have.
  const expires = Math.min(created + validity * 1000, LAST_TIME);
  const times = { created, modified: created, expires };
  account.otps.set(messageid, { messageid, destination, passcode, validity, metadata, ...times, isVerified: false });
  return { status: 201, body: { messageid, status, credits: account.credits, creditsUsed: used, messageparts: used } };
};

export const verifyOtp: Handle = ({ body }, account, state) => {
  const fields = parseFields(body);
  const [passcode, messageid] = [textOrNumber(fields, "passcode"), textOrNumber(fields, "messageid")];
  if (!passcode) throw new ApiError(400, "The body must have a 'passcode'");
  const otp = [...account.otps.values()].findLast(
    (otp) => otp.passcode === passcode && !otp.isVerified && (messageid ?? otp.messageid) === otp.messageid,
  );
  if (!otp) throw new ApiError(404, "There is no such passcode");
  if (!hasExpired(otp, state)) {
    otp.isVerified = true;
    otp.modified = state.now();
  }
  return { status: 200, body: show(otp, state) };
};

export const getOtp: Handle = ({ params: { messageid = "" } }, account, state) => {
  const otp = account.otps.get(messageid);
  if (!otp) throw new ApiError(404, "There is no passcode with this id");
  return { status: 200, body: show(otp, state) };
};

function hasExpired({ expires }: Otp, state: State): boolean {
  return state.now() >= expires;
}

function show(otp: Otp, state: State): object {
  const { destination, passcode, validity, metadata, created, modified, expires, isVerified } = otp;
  const date = (ms: number) => new Date(ms).toISOString();
  return {
    destination,
    // The description has these two and none for a passcode that waits, so that one has none.
    status: isVerified ? "VERIFIED" : hasExpired(otp, state) ? "EXPIRED" : undefined,
    // A number, as the API description has it, but for what a number would lose.
    passcode: /^[1-9]\d{0,14}$/.test(passcode) ? Number(passcode) : passcode,
    validity,
    metadata,
    created: date(created),
    expires: date(expires),
    modified: date(modified),
  };
}

/** The description declares an object, and means a number. */
function checkLength(fields: Fields): number {
  const { length } = fields;
  if (length === "{}" || (typeof length === "object" && !Array.isArray(length))) return DIGITS;
  const given = typeof length === "string" && /^\d+$/.test(length) ? Number(length) : length;
  return whole({ length: given }, "length", 1, MAX_LENGTH) ?? DIGITS;
}

function fill(template: string, passcode: string): string {
  const parts = template.split(PLACE);
  if (parts.length === 1) throw refusal("template", `a text with ${PLACE} in it`);
  // Before it is made: a long passcode in many places makes a text that is too long for any engine.
  const length = template.length + (parts.length - 1) * (passcode.length - PLACE.length);
  if (length > MAX_LENGTH)
    throw refusal("template", `one that makes a text of at most ${MAX_LENGTH} characters with its passcode`);
  return parts.join(passcode);
}

function checkMetadata(fields: Fields): Fields | undefined {
  if (fields.metadata === undefined || fields.metadata === null) return undefined;
  const metadata = object(fields.metadata, "The field 'metadata'");
  if (size(metadata) > MAX_METADATA_BYTES) throw refusal("metadata", `of at most ${MAX_METADATA_BYTES} bytes`);
  return metadata;
}

/** In bytes of JSON. What is nested too deep for an engine to write counts as endless. */
function size(value: object): number {
  try {
    return new TextEncoder().encode(JSON.stringify(value)).length;
  } catch {
    return Infinity;
  }
}
