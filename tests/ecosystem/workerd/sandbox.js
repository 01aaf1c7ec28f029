// The sandbox in a Worker: its `fetch` works, and its `listen` says that it cannot.
import { SmsWorks } from "smsworks-wasm";
import { createSandbox } from "smsworks-wasm/sandbox";

const CUSTOMER = "0fca8c3c-6cbc-11e7-8154-a6006ad3dba0";

export default {
  async fetch() {
    const sandbox = createSandbox();
    const { fetch } = sandbox;
    const credentials = await new SmsWorks({ token: "JWT unused", fetch }).auth.keySecret(CUSTOMER);
    const sms = new SmsWorks({ credentials, fetch });
    const body = { sender: "YourCompany", destination: "447777777777", content: "Hello" };
    const { status } = await sms.request("POST /message/send", { body });
    const listening = await sandbox.listen().then(
      ({ url }) => url,
      (error) => error.message,
    );
    return Response.json({ status, listening, hasHttp: Boolean(globalThis.process?.getBuiltinModule?.("node:http")) });
  },
};
