import { parseFields } from "./body.js";
import { charge, check, send } from "./messages.js";
import { ApiError } from "./reply.js";
import type { Handle, State } from "./state.js";

/** Times are in milliseconds, and the validity in seconds. */
export interface Otp {
  messageid: string;
  destination: string;
  passcode: string;
  validity: number;
  /** As it came. */
  metadata: unknown;
  created: number;
  modified: number;
  isVerified: boolean;
}

const PLACE = "{{passcode}}";
const VALIDITY_SECONDS = 300;

export const sendOtp: Handle = ({ body }, account, state) => {
  const {
    length,
    template = `Your one-time passcode is ${PLACE}`,
    validity,
    passcode,
    metadata,
    sender = "SMSWorks",
    ...fields
  } = parseFields(body);
  if (typeof template !== "string" || !template.includes(PLACE))
    throw new ApiError(400, `The 'template' must have ${PLACE} in it`);
  const code = passcode === undefined || passcode === null ? digits(Number(length)) : String(passcode);
  const text = check({ ...fields, sender, content: template.replaceAll(PLACE, () => code) });
  const used = charge(account, [text]);
  const { messageid, status } = send(account, text, state);

  const now = state.now();
  const seconds = Number(validity) > 0 ? Number(validity) : VALIDITY_SECONDS;
  const { destination } = text;
  account.otps.set(messageid, {
    messageid,
    destination,
    passcode: code,
    validity: seconds,
    metadata,
    created: now,
    modified: now,
    isVerified: false,
  });
  return { status: 201, body: { messageid, status, credits: account.credits, creditsUsed: used, messageparts: used } };
};

export const verifyOtp: Handle = ({ body }, account, state) => {
  const { passcode, messageid } = parseFields(body);
  const otp = [...account.otps.values()].findLast(
    (otp) => otp.passcode === String(passcode) && !otp.isVerified && (messageid ?? otp.messageid) === otp.messageid,
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

function hasExpired({ created, validity }: Otp, state: State): boolean {
  return state.now() >= created + validity * 1000;
}

function show(otp: Otp, state: State): object {
  const { messageid, destination, passcode, validity, metadata, created, modified, isVerified } = otp;
  const date = (ms: number) => new Date(ms).toISOString();
  return {
    messageid,
    destination,
    status: isVerified ? "VERIFIED" : hasExpired(otp, state) ? "EXPIRED" : "SENT",
    // A number, as the API description has it, but for what a number would lose.
    passcode: /^[1-9]\d{0,14}$/.test(passcode) ? Number(passcode) : passcode,
    validity,
    metadata,
    created: date(created),
    expires: date(created + validity * 1000),
    modified: date(modified),
  };
}

function digits(length: number): string {
  const count = Number.isInteger(length) && length >= 4 && length <= 10 ? length : 6;
  return Array.from(crypto.getRandomValues(new Uint8Array(count)), (byte) => byte % 10).join("");
}
