// The entry for the edge runtime of Next.js and Vercel.
import { loadWith } from "./api.js";

loadWith(() => import("./core-edge.js"));

export { AuthApi, Login, SmsWorksError, keySecret, login } from "./api.js";
