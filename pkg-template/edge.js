// The entry for the edge runtime of Next.js and Vercel.
import { loadWith } from "./api.js";

loadWith(async (SmsWorksError) => (await import("./core-edge.js")).start(SmsWorksError));

export { AuthApi, Login, SmsWorks, SmsWorksError, keySecret, login } from "./api.js";
