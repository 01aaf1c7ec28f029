// The entries that the command imports, by their names in the package.
declare module "*/node.js" {
  export const AuthApi: typeof import("../auth_api.js").AuthApi;
  export const SmsWorks: typeof import("../sms_works.js").SmsWorks;
  export const SmsWorksError: typeof import("../error.js").SmsWorksError;
  export const segments: typeof import("../segments.js").segments;
}
declare module "*/sandbox-node.js" {
  export const createSandbox: typeof import("../sandbox/index.js").createSandbox;
}
