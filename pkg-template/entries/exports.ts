/**
 * Authenticates against The SMS Works API, and carries the token to all of its operations.
 *
 * `keySecret` generates an API key and secret, and `login` exchanges them for the token that every other request carries in
 * its `Authorization` header. `SmsWorks` does that for you. Nothing is loaded before the first call, and nothing has to be initialised.
 *
 * @example
 * import { AuthApi } from "smsworks-wasm";
 *
 * const { token } = await new AuthApi().login({ key, secret });
 *
 * @packageDocumentation
 */

export { AuthApi, keySecret, login } from "../auth_api.js";
export { SmsWorksError } from "../error.js";
export { Login } from "../login.js";
export type { Batches, Credits, Messages, Otps, SentBatch, Utils } from "../methods.js";
export type * from "../routes.js";
export { segments } from "../segments.js";
export { SmsWorks } from "../sms_works.js";
export type * from "../types.js";
