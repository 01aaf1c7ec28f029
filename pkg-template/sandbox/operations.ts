import { keySecret, login } from "./auth.js";
import { batch, cancelBatch, scheduleBatch, sendBatch, sendCollection } from "./batches.js";
import {
  cancelMessage,
  deleteMessage,
  failed,
  inbox,
  message,
  scheduled,
  scheduleMessage,
  search,
  sendMessage,
} from "./messages.js";
import { getOtp, sendOtp, verifyOtp } from "./otps.js";
import type { Handle, Open } from "./state.js";
import type { Operation as Name } from "./types.js";
import { balance, sampleError, whoami } from "./utils.js";

interface Route {
  operation: Name;
  method: string;
  path: string[];
}

export type Operation = Route & ({ open: Open } | { handle: Handle });

const open = (route: string, handle: Open, operation: Name): Operation => ({
  ...parse(route),
  operation,
  open: handle,
});

const route = (operation: Name, handle: Handle): Operation => ({ ...parse(operation), operation, handle });

function parse(route: string) {
  const [method = "", path = ""] = route.split(" ");
  return { method, path: path.split("/").slice(1) };
}

/** Where two fit a path, the first does it. */
export const operations: Operation[] = [
  open("GET /auth/getApiKey", keySecret, "keySecret"),
  open("POST /auth/token", login, "login"),
  route("POST /message/send", sendMessage),
  route("POST /message/flash", sendMessage),
  route("POST /message/schedule", scheduleMessage),
  route("POST /messages", search),
  route("POST /messages/inbox", inbox),
  route("POST /messages/failed", failed),
  route("GET /messages/schedule", scheduled),
  route("DELETE /messages/schedule/{messageid}", cancelMessage),
  route("GET /messages/{messageid}", message),
  route("DELETE /messages/{messageid}", deleteMessage),
  route("POST /batch/send", sendBatch),
  route("POST /batch/any", sendCollection),
  route("POST /batch/schedule", scheduleBatch),
  route("GET /batch/{batchid}", batch),
  route("DELETE /batches/schedule/{batchid}", cancelBatch),
  route("POST /otp/send", sendOtp),
  route("POST /otp/verify", verifyOtp),
  route("GET /otp/{messageid}", getOtp),
  route("GET /credits/balance", balance),
  route("GET /utils/test", whoami),
  route("GET /utils/errors/{errorcode}", sampleError),
];

/** The path parameters where the last segments of a path are those of an operation. */
export function match({ path }: Route, pathname: string): Record<string, string> | undefined {
  const segments = pathname.split("/").slice(-path.length);
  const params: [string, string][] = [];
  const fits = path.every((part, index) => {
    const segment = segments[index];
    if (!part.startsWith("{")) return part === segment;
    params.push([part.slice(1, -1), decode(segment ?? "")]);
    return Boolean(segment);
  });
  return fits ? Object.fromEntries(params) : undefined;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
