// biome-ignore lint/correctness/noUnusedImports: the comments name it.
import type { SmsWorksError } from "./error.js";
import type * as Api from "./routes.js";
import type { Id } from "./routes.js";
import type { CallOptions, KnownOutput } from "./types.js";

// Only what is not said at the types of the fields, or at `SmsWorks.request`, is said of a method here.

/** Texts: `sms.messages`. A method is {@link SmsWorks.request} of the route that it names, and fails as that does. */
export interface Messages {
  /**
   * Sends a text now: `POST /message/send`.
   *
   * It takes a credit for each part of the text, in the UK; beyond it may take more, or less. Without enough of them it rejects with
   * `http` and status 402. It is sent again only where the first request certainly did nothing. Where the `effect` of its error is
   * `unknown`, the text may have gone out.
   *
   * @returns The id of the text, and what it cost.
   * @throws {SmsWorksError} as a rejection.
   */
  send(message: Api.Message, options?: CallOptions): Promise<Api.SendMessageResponse>;
  /**
   * Sends a flash text now, one that a phone shows at once and does not keep: `POST /message/flash`. It costs and fails as
   * {@link send} does.
   *
   * @throws {SmsWorksError} as a rejection.
   */
  flash(message: Api.Message, options?: CallOptions): Promise<Api.SendMessageResponse>;
  /**
   * Keeps a text until the time in its `schedule`, and sends it then: `POST /message/schedule`. It is sent again only where the first
   * request certainly did nothing. Where the `effect` of its error is `unknown`, look for it with {@link scheduled}.
   *
   * @returns The id to {@link cancel} it by.
   * @throws {SmsWorksError} as a rejection; `http` with status 400 where the time has passed.
   */
  schedule(message: Api.ScheduledMessage, options?: CallOptions): Promise<KnownOutput<"POST /message/schedule">>;
  /**
   * Gets one text, sent or received: `GET /messages/{messageid}`. It is tried again after network errors, 408, 425, 429 and 5xx.
   *
   * @throws {SmsWorksError} as a rejection; `http` with status 404 where the account has no such text.
   */
  get(messageid: Id, options?: CallOptions): Promise<Api.MessageResponse>;
  /**
   * Deletes one text from the account: `DELETE /messages/{messageid}`. It is not taken back from the phone. It is tried again as
   * {@link get} is.
   *
   * @throws {SmsWorksError} as a rejection; `http` with status 400 where the account has no such text.
   */
  delete(messageid: Id, options?: CallOptions): Promise<Api.DeletedMessageResponse>;
  /**
   * Finds texts, sent and received, up to 1000 at a time: `POST /messages`. {@link all} goes through more. It is tried again as
   * {@link get} is.
   *
   * @param query What to find. Without it, the latest texts.
   * @throws {SmsWorksError} as a rejection.
   */
  search(query?: Api.Query, options?: CallOptions): Promise<Api.MessageResponse[]>;
  /**
   * Finds received texts that were not read yet: `POST /messages/inbox`. It is tried again as {@link get} is.
   *
   * @throws {SmsWorksError} as a rejection.
   */
  inbox(query?: Api.Query, options?: CallOptions): Promise<Api.MessageResponse[]>;
  /**
   * Finds texts that could not be delivered: `POST /messages/failed`. It is tried again as {@link get} is.
   *
   * @throws {SmsWorksError} as a rejection.
   */
  failed(query?: Api.Query, options?: CallOptions): Promise<Api.MessageResponse[]>;
  /**
   * Lists the texts and batches that are scheduled, or were: `GET /messages/schedule`. It is tried again as {@link get} is.
   *
   * @throws {SmsWorksError} as a rejection.
   */
  scheduled(options?: CallOptions): Promise<Api.ScheduledMessagesResponse[]>;
  /**
   * Cancels a scheduled text: `DELETE /messages/schedule/{messageid}`. It is tried again as {@link get} is.
   *
   * @throws {SmsWorksError} as a rejection.
   */
  cancel(messageid: Id, options?: CallOptions): Promise<Api.CancelledMessageResponse>;
  /**
   * Finds every text that the query applies to, page by page, each once, by `POST /messages`. Texts that come after the call, by this
   * machine's clock, are not in it, unless `to` names a later time. A page is requested once the loop is through the one before.
   *
   * @param query What to find. Its `limit` is how many a page has, 1000 unless it says less, and `skip` how many to leave out.
   * @throws {SmsWorksError} as a rejection: that of the first page that fails. To go on after it, `skip` the texts that came before.
   * @example
   * for await (const message of sms.messages.all({ status: "DELIVERED", from: "2030-01-01T00:00:00Z" })) {
   *   console.log(message.messageid);
   * }
   */
  all(query?: Api.Query, options?: CallOptions): AsyncGenerator<Api.MessageResponse, void, undefined>;
}

/** One text to many, and collections of texts: `sms.batches`. */
export interface Batches {
  /**
   * Sends one text to up to 5000: `POST /batch/send`. {@link sendAll} sends it to more. It costs and fails as
   * {@link Messages.send} does.
   *
   * @throws {SmsWorksError} as a rejection.
   */
  send(batch: Api.BatchMessage, options?: CallOptions): Promise<Api.BatchMessageResponse>;
  /**
   * Sends up to 5000 texts that differ: `POST /batch/any`. It costs and fails as {@link Messages.send} does.
   *
   * @throws {SmsWorksError} as a rejection.
   */
  sendAny(messages: Api.Message[], options?: CallOptions): Promise<Api.BatchMessageResponse>;
  /**
   * Keeps a batch until the time in its `schedule`, and sends it then: `POST /batch/schedule`. It fails as
   * {@link Messages.schedule} does.
   *
   * @returns The id to {@link cancel} it by.
   * @throws {SmsWorksError} as a rejection.
   */
  schedule(batch: Api.ScheduledBatch, options?: CallOptions): Promise<Api.ScheduledBatchResponse>;
  /**
   * Gets the texts of a batch: `GET /batch/{batchid}`. It is tried again after network errors, 408, 425, 429 and 5xx.
   *
   * @throws {SmsWorksError} as a rejection; `http` with status 404 where the account has no such batch.
   */
  get(batchid: Id, options?: CallOptions): Promise<Api.MessageResponse[]>;
  /**
   * Cancels a scheduled batch: `DELETE /batches/schedule/{batchid}`. It is tried again as {@link get} is.
   *
   * @throws {SmsWorksError} as a rejection.
   */
  cancel(batchid: Id, options?: CallOptions): Promise<Api.CancelledMessageResponse>;
  /**
   * Sends one text to any number of people, in batches of up to 5000, by `POST /batch/send`: gives each batch as soon as the API took
   * it. The loop drives it: where it is left, nothing more is sent.
   *
   * To go on after a failure, or in another process, keep the `destinations` that it gave, and send to the others. Where the `effect`
   * of its error is `unknown`, the batch after the last that it gave may have gone out: look for it with {@link Messages.search}.
   * `examples/send-to-many.mjs` of this package does all of this, also where it is killed.
   *
   * @param message The text, without `destinations`.
   * @param destinations Whom it goes to: a list, a Set, a generator or a stream of numbers. Read as far as the next batch needs.
   * @param options Those of each batch.
   * @throws {SmsWorksError} as a rejection: that of the first batch that fails, which is not sent again, and nothing after it.
   * What `destinations` throws is thrown as it is, and those of it that were not given in a batch got nothing.
   * @example
   * for await (const { batchid, destinations } of sms.batches.sendAll({ sender: "YourCompany", content: "Hello" }, numbers)) {
   *   console.log(batchid, destinations.length);
   * }
   */
  sendAll(
    message: Omit<Api.BatchMessage, "destinations">,
    // A text is iterable, too, and refused.
    destinations: (Iterable<Id> | AsyncIterable<Id>) & object,
    options?: CallOptions,
  ): AsyncGenerator<SentBatch, void, undefined>;
}

/** A batch that the API took. */
export interface SentBatch extends Api.BatchMessageResponse {
  /** Whom it goes to. */
  destinations: Id[];
}

/** One-time passwords: `sms.otp`. */
export interface Otps {
  /**
   * Makes a one-time password and sends it: `POST /otp/send`. It costs and fails as {@link Messages.send} does.
   *
   * @throws {SmsWorksError} as a rejection.
   */
  send(otp: Api.Otp, options?: CallOptions): Promise<Api.OtpResponse>;
  /**
   * Checks a one-time password that somebody typed: `POST /otp/verify`. It is sent again only where the first request certainly did
   * nothing. See {@link Api.OtpVerify} for what to compare before you let somebody in.
   *
   * @throws {SmsWorksError} as a rejection; `http` with status 404 where there is no such password.
   */
  verify(typed: Api.OtpVerify, options?: CallOptions): Promise<Api.OtpVerifyResponse>;
  /**
   * Gets a one-time password by the id of the text that it went out with: `GET /otp/{messageid}`. It is tried again after network
   * errors, 408, 425, 429 and 5xx.
   *
   * @throws {SmsWorksError} as a rejection; `http` with status 404 where there is none.
   */
  get(messageid: Id, options?: CallOptions): Promise<Api.OtpVerifyResponse>;
}

/** The credits of the account: `sms.credits`. */
export interface Credits {
  /**
   * Gets the credits that are left: `GET /credits/balance`. It is tried again after network errors, 408, 425, 429 and 5xx.
   *
   * @throws {SmsWorksError} as a rejection.
   */
  balance(options?: CallOptions): Promise<Api.CreditsResponse>;
}

/** What helps to build an application: `sms.utils`. */
export interface Utils {
  /**
   * Shows that a token works: `GET /utils/test`. It is tried again after network errors, 408, 425, 429 and 5xx.
   *
   * @returns The id of the customer whose token it is, as `message`.
   * @throws {SmsWorksError} as a rejection.
   */
  test(options?: CallOptions): Promise<Api.TestResponse>;
  /**
   * Fails with a sample of the error that has this code, to try out how a program takes it: `GET /utils/errors/{errorcode}`.
   *
   * @throws {SmsWorksError} as a rejection.
   */
  error(errorcode: Id, options?: CallOptions): Promise<unknown>;
}

/**
 * The methods of {@link SmsWorks}, by what they are about.
 *
 * @internal
 */
export interface Methods {
  messages: Messages;
  batches: Batches;
  otp: Otps;
  credits: Credits;
  utils: Utils;
}
