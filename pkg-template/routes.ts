import type { ApiKeyResponse, LoginFields, TokenResponse } from "./types.js";

/**
 * Every operation of the API: the 21 of its OpenAPI 1.9 description and the two authentication calls. Each has what it takes,
 * `params` for the path, `query` and `body`, and what it answers with, `output`.
 *
 * Replies may hold more than is described: the API adds fields over time, and none is dropped. One that is not described is read
 * through a cast: `(reply as CreditsResponse & { currency: string }).currency`.
 */
export interface Routes {
  /** Sends a text now. It takes credits from the account; without enough of them, the API answers 402. */
  "POST /message/send": { body: Message; output: SendMessageResponse };
  /** Sends a flash text now: one that a phone shows at once and does not keep. */
  "POST /message/flash": { body: Message; output: SendMessageResponse };
  /** Keeps a text until the time in its `schedule`, and sends it then. */
  "POST /message/schedule": { body: ScheduledMessage; output: ScheduledMessageResponse | ScheduledMessageResponse[] };
  /** Finds texts, sent and received: up to 1000 at a time. */
  "POST /messages": { body: Query; output: MessageResponse[] };
  /** Finds received texts that were not read yet. */
  "POST /messages/inbox": { body: Query; output: MessageResponse[] };
  /** Finds texts that could not be delivered. */
  "POST /messages/failed": { body: Query; output: MessageResponse[] };
  /** Lists the texts and batches that are scheduled, or were. */
  "GET /messages/schedule": { output: ScheduledMessagesResponse[] };
  /** Gets one text. The API answers 404 where there is none with this id. */
  "GET /messages/{messageid}": { params: { messageid: Id }; output: MessageResponse };
  /** Deletes one text from the account. It is not taken back from the phone. */
  "DELETE /messages/{messageid}": { params: { messageid: Id }; output: DeletedMessageResponse };
  /** Cancels a scheduled text. */
  "DELETE /messages/schedule/{messageid}": { params: { messageid: Id }; output: CancelledMessageResponse };
  /** Sends one text to many, up to 5000 at a time. */
  "POST /batch/send": { body: BatchMessage; output: BatchMessageResponse };
  /** Sends a collection of texts that differ, up to 5000 at a time. */
  "POST /batch/any": { body: Message[]; output: BatchMessageResponse };
  /** Keeps a batch until the time in its `schedule`, and sends it then. */
  "POST /batch/schedule": { body: ScheduledBatch; output: ScheduledBatchResponse };
  /** Gets the texts of a batch. */
  "GET /batch/{batchid}": { params: { batchid: Id }; output: MessageResponse[] };
  /** Cancels a scheduled batch. */
  "DELETE /batches/schedule/{batchid}": { params: { batchid: Id }; output: CancelledMessageResponse };
  /** Makes a one-time password and sends it. */
  "POST /otp/send": { body: Otp; output: OtpResponse };
  /** Checks a one-time password that somebody typed. The API answers 404 where it knows none like it. */
  "POST /otp/verify": { body: OtpVerify; output: OtpVerifyResponse };
  /** Gets a one-time password by the id of the text that it went out with. */
  "GET /otp/{messageid}": { params: { messageid: Id }; output: OtpVerifyResponse };
  /** Gets the credits that are left. */
  "GET /credits/balance": { output: CreditsResponse };
  /** Answers with the id of the customer whose token it is: shows that a token works. */
  "GET /utils/test": { output: TestResponse };
  /** Fails with a sample of the error that has this code, to try out how code takes it. */
  "GET /utils/errors/{errorcode}": { params: { errorcode: Id }; output: unknown };
  /** Generates a new API key and secret, as `AuthApi.keySecret` does. It needs no token. */
  "GET /auth/getApiKey": { query: { customerid: string }; output: ApiKeyResponse };
  /** Generates a token, as `AuthApi.login` does. It needs no token. */
  "POST /auth/token": { body: LoginFields; output: TokenResponse };
}

/** An id or a telephone number that is given: the API takes text and numbers. */
export type Id = string | number;

/**
 * A time that is given. A `Date` is sent in ISO 8601 and UTC; text is sent as it is, so name its time zone:
 * `2030-01-31T09:00:00Z`, or what a `Date` gives as text.
 */
export type Time = string | Date;

/**
 * A time in a reply, with its time zone: `2030-01-31T09:00:00.000Z` (ISO 8601), or
 * `Thu Jan 31 2030 09:00:00 GMT+0000 (GMT)`. The API's description has both; `new Date` reads both.
 */
export type TimeText = string;

/** A text to send. */
export interface Message {
  /** Whom it is from: up to 11 letters and digits, or a number of up to 15 digits. No spaces. */
  sender: string;
  /** The number that it goes to, with the country's code and without `+` or leading zeros, such as `447777777777`. */
  destination: Id;
  /**
   * The text, of up to 1280 characters. In the UK each part costs a credit: up to 160 characters are one, and each 153 of a longer
   * text; 70 and 67 where it has a character that GSM lacks, which `segments` finds. Beyond the UK it may cost more, or less.
   */
  content: string;
  /** The URL that gets the delivery reports of this text, instead of the account's. */
  deliveryreporturl?: string | undefined;
  /** When to send it, for the routes that schedule. */
  schedule?: Time | undefined;
  /** A label to find it by later, of up to 280 characters. */
  tag?: string | undefined;
  /** After how many minutes its delivery report is deleted. Without it, never. */
  ttl?: number | undefined;
  /** Email addresses that get the answers to it. This needs a reply number. */
  responseemail?: string[] | undefined;
  /** Names and values of your own, which come back in the API's replies. */
  metadata?: MetaData[] | undefined;
  /** For how many minutes to attempt delivery, 1 to 2880; then its status is `EXPIRED`. The default is 2880. */
  validity?: number | undefined;
  /** Whether it may be shortened where it is a little over what one or two credits pay for. The default is the account's. */
  ai?: boolean | undefined;
}

/** A text to send later. */
export interface ScheduledMessage extends Message {
  schedule: Time;
}

/** One text to many. */
export interface BatchMessage extends Omit<Message, "destination" | "metadata" | "responseemail"> {
  /** The numbers that it goes to, up to 5000, each as in {@link Message.destination}. */
  destinations: Id[];
}

/** One text to many, to send later. */
export interface ScheduledBatch extends BatchMessage {
  schedule: Time;
}

/** A name and a value of one's own. */
export interface MetaData {
  /** The name. */
  key?: string | undefined;
  /** The value. */
  value?: string | undefined;
}

/** What to find: texts to which all of it applies. */
export interface Query {
  /** The state that they are in. */
  status?: MessageStatus | undefined;
  /** The credits that they took. */
  credits?: number | undefined;
  /** The number that they went to. */
  destination?: Id | undefined;
  /** Whom they are from: a name or, of received texts, a number. */
  sender?: string | undefined;
  /** The keyword of received texts. */
  keyword?: string | undefined;
  /** From when on. */
  from?: Time | undefined;
  /** Until when. */
  to?: Time | undefined;
  /** How many to get at most, up to 1000, which is the default. */
  limit?: number | undefined;
  /** How many to leave out at the beginning, to go through them in portions. */
  skip?: number | undefined;
  /** Of received texts: only those that were not read yet, or only those that were. */
  unread?: boolean | undefined;
  /** What was sent along with them. */
  metadata?: MetaData[] | undefined;
}

/** The state of a text. Others may appear. */
export type MessageStatus =
  | "SENT"
  | "DELIVERED"
  | "EXPIRED"
  | "UNDELIVERABLE"
  | "REJECTED"
  | "INCOMING"
  | "SCHEDULED"
  | "CANCELLED"
  | "DELETED"
  | (string & {});

/** A text was taken on. */
export interface SendMessageResponse {
  /** The id of the text. */
  messageid: string;
  /** Its state. */
  status: MessageStatus;
  /** The credits that are left, which may be a fraction. */
  credits: number;
  /** The credits that it took. */
  creditsUsed: number;
  /** In how many parts it goes out. */
  messageparts?: number | undefined;
}

/** A text was scheduled. */
export interface ScheduledMessageResponse {
  /** The id to cancel it by. */
  messageid: string;
  /** Its state. */
  status: MessageStatus;
}

/** A batch was scheduled. */
export interface ScheduledBatchResponse {
  /** The id to cancel it by. */
  batchid: string;
  /** Its state. */
  status: MessageStatus;
}

/** A scheduled text or batch was cancelled. */
export interface CancelledMessageResponse {
  /** The id of what was cancelled, be it a text or a batch. */
  messageid: string;
  /** Its state. */
  status: MessageStatus;
}

/** A text was deleted. */
export interface DeletedMessageResponse {
  /** The id of the text. */
  messageid: string;
  /** Its state. */
  status: MessageStatus;
}

/** A batch was taken on. */
export interface BatchMessageResponse {
  /** The id to get its texts by. */
  batchid: string;
  /** Its state. */
  status: MessageStatus;
}

/** A text, sent or received. */
export interface MessageResponse {
  /** The id of the text. */
  messageid: string;
  /** The same id, in some replies. */
  id?: string | undefined;
  /** The batch that it is of. */
  batchid?: string | undefined;
  /** The customer that it belongs to. */
  customerid?: string | undefined;
  /** Whom it is from. */
  sender: string;
  /** The number that it went to. */
  destination: string | number;
  /** The text itself. */
  content: string;
  /** Its state. */
  status: MessageStatus;
  /** When it was made. */
  created?: TimeText | undefined;
  /** When it changed last. */
  modified?: TimeText | undefined;
  /** When it was to be sent. */
  schedule?: TimeText | undefined;
  /** The label that it was sent with. */
  tag?: string | undefined;
  /** The keyword of a received text. */
  keyword?: string | undefined;
  /** What the network calls it. */
  identifier?: string | undefined;
  /** The URL that gets its delivery reports. */
  deliveryreporturl?: string | undefined;
  /** Why it could not be delivered. */
  failurereason?: FailureReason | undefined;
  /** What was sent along with it. */
  metadata?: MetaData[] | undefined;
}

/** Why a text could not be delivered. */
export interface FailureReason {
  /** The network's number for it. */
  code?: number | undefined;
  /** What it means. */
  details?: string | undefined;
  /** Whether the failure is permanent. */
  permanent?: boolean | undefined;
}

/** A scheduled text or batch. */
export interface ScheduledMessagesResponse {
  /** The id to cancel it by. */
  id?: string | undefined;
  /** Whether it is a batch. */
  batch?: boolean | undefined;
  /** Its state. */
  status?: "SCHEDULED" | "PROCESSED" | "CANCELLED" | (string & {});
  /** What is to be sent. */
  message?: {
    sender?: string | undefined;
    content?: string | undefined;
    /** The number that it goes to, where it is no batch. */
    destination?: string | number | undefined;
    /** The numbers that it goes to, where it is a batch. */
    destinations?: (string | number)[] | undefined;
    /** When it is to be sent. */
    schedule?: TimeText | undefined;
  };
}

/** A one-time password to make and send. */
export interface Otp {
  /** Whom the text is from, as in {@link Message.sender}. */
  sender?: string | undefined;
  /** The number that it goes to, as in {@link Message.destination}. */
  destination: Id;
  /** How many digits it has. The default is 6. */
  length?: number | undefined;
  /** The text that it goes out in, with `{{passcode}}` where it stands. */
  template?: string | undefined;
  /** For how many seconds it holds. */
  validity?: number | undefined;
  /** A password of one's own, to be sent and verified in place of one that is made. */
  passcode?: Id | undefined;
  /** What comes back when it is verified: up to 1024 bytes of JSON. */
  metadata?: Record<string, unknown> | undefined;
}

/** A one-time password went out. */
export interface OtpResponse {
  /** The id of the text. Keep it on your server, with the visitor's session: it is needed to verify. */
  messageid: string;
  /** The state of the text. */
  status: MessageStatus;
  /** The credits that are left. */
  credits?: number | undefined;
  /** The credits that it took. */
  creditsUsed?: number | undefined;
  /** In how many parts it went out. */
  messageparts?: number | undefined;
}

/**
 * A one-time password that somebody typed. Let them in only where the reply's `status` is `VERIFIED` and its `destination` is the
 * number that you sent the password to, and count the guesses: see `examples/one-time-password.mjs` of this package.
 */
export interface OtpVerify {
  /** What was typed. */
  passcode: Id;
  /**
   * The id of the text that it went out with, as your server kept it: somebody who could name an id would name that of a text to
   * their own telephone. Without it, the password of any text of the account will do.
   */
  messageid?: Id | undefined;
}

/** A one-time password. */
export interface OtpVerifyResponse {
  /** `VERIFIED` where it was typed in time, `EXPIRED` where it was not. The description has none for one that still waits. */
  status?: "VERIFIED" | "EXPIRED" | (string & {}) | undefined;
  /** The number that it went to. */
  destination?: string | number | undefined;
  /** The password. */
  passcode?: string | number | undefined;
  /** For how many seconds it holds. */
  validity?: number | undefined;
  /** What was sent along with it. */
  metadata?: Record<string, unknown> | undefined;
  /** When it was made. */
  created?: TimeText | undefined;
  /** When it expires. */
  expires?: TimeText | undefined;
  /** When it was verified. */
  modified?: TimeText | undefined;
}

/** The credits of an account. */
export interface CreditsResponse {
  /** How many are left, which may be a fraction. */
  credits: number;
}

/** Whose token it is. */
export interface TestResponse {
  /** The id of the customer. */
  message: string;
}
