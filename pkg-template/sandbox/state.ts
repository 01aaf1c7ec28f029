import type { Scheduled, Stored, Underway } from "./messages.js";
import type { Otp } from "./otps.js";
import type { Reports } from "./reports.js";

/** The account of a customer. */
export interface Account {
  customerid: string;
  credits: number;
  /** By id, as are the others. */
  messages: Map<string, Stored>;
  scheduled: Map<string, Scheduled>;
  otps: Map<string, Otp>;
}

/** The last time that a `Date` can hold, in milliseconds since 1970. */
export const LAST_TIME = 8.64e15;

export interface State {
  /** By customer id. */
  accounts: Map<string, Account>;
  pairs: Pairs;
  now: () => number;
  tokenLifetimeSeconds: number;
  lastId: number;
  /** In the order in which they were sent. */
  underway: Underway[];
  reports: Reports;
  /** From the first token on. */
  signingKey?: Uint8Array;
}

/** The key pairs, by key. */
export type Pairs = Map<string, { customerid: string; secret: string }>;

/** What an operation gets of a request. */
export interface Input {
  /** Those of the operation's path, and no others. */
  params: Partial<Record<string, string>>;
  query: URLSearchParams;
  body: Uint8Array;
}

export interface Answer {
  status: number;
  body: unknown;
}

/** An operation without a token. It throws an `ApiError` to refuse, as the next one does. */
export type Open = (input: Input, state: State) => Answer;
/** An operation that needs a token, which says whose account it is for. */
export type Handle = (input: Input, account: Account, state: State) => Answer;
