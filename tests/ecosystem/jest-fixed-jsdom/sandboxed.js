const CUSTOMER = "0fca8c3c-6cbc-11e7-8154-a6006ad3dba0";

/** What an app's test does: everything with the sandbox, in the environment's own globals. */
exports.checkSandbox = async ({ AuthApi, SmsWorks, SmsWorksError, createSandbox }) => {
  expect(typeof window).toBe("object");
  const sandbox = createSandbox();
  const { fetch } = sandbox;
  const credentials = await new AuthApi({ fetch }).keySecret(CUSTOMER);
  expect(credentials.key).toMatch(/^[0-9a-f-]{36}$/);
  const sms = new SmsWorks({ credentials, fetch });
  expect(await sms.request("GET /utils/test")).toEqual({ message: CUSTOMER });

  const body = { sender: "YourCompany", destination: "447777777777", content: "Your parcel is here €" };
  const sent = await sms.request("POST /message/send", { body });
  sandbox.advance(1000);
  const { messageid } = sent;
  const text = await sms.request("GET /messages/{messageid}", { params: { messageid } });
  expect([text.content, text.status]).toEqual([body.content, "DELIVERED"]);

  const otp = await sms.request("POST /otp/send", { body: { destination: "447777777777" } });
  const [passcode] = /\d{6}$/.exec(sandbox.messages.at(-1).content);
  const verified = await sms.request("POST /otp/verify", { body: { passcode, messageid: otp.messageid } });
  expect(verified.status).toBe("VERIFIED");

  sandbox.fail({ operation: "POST /message/send", status: 503, times: 1 });
  const failed = await sms.request("POST /message/send", { body }).catch((error) => error);
  expect(failed).toBeInstanceOf(SmsWorksError);
  expect(failed.status).toBe(503);
  sandbox.fail({ network: "refuse", times: 1 });
  expect((await sms.request("POST /message/send", { body }).catch((error) => error)).code).toBe("network");

  sandbox.revokeTokens();
  expect(await sms.request("GET /credits/balance")).toEqual({ credits: 998 });
  expect(sandbox.requests.filter(({ operation }) => operation === "login").length).toBe(2);
};
