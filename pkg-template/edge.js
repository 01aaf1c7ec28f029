// The entry for the edge runtime of Next.js and Vercel.
import { loadWith } from "./api.js";

loadWith(async (SmsWorksError) => (await import("./core-edge.js")).start(SmsWorksError));

export { AuthApi, keySecret, Login, login, SmsWorks, SmsWorksError } from "./api.js";
