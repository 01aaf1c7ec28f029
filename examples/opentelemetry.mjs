// A span for each request, by OpenTelemetry, with its method, route, status and attempt; a wait before another try is an event of
// the span of your own that the call was made in.
// First run: npm install @opentelemetry/api; and start the program with an SDK, which sends the spans on:
// https://opentelemetry.io/docs/languages/js/getting-started/nodejs/
//
// A span begins a moment after its request goes out, and its duration is what the client measured. What runs while a request is
// under way cannot be put inside its span: an observer is told of a request, but does not make it. A login may be for many
// calls at once, so that its span is nobody's child.
import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { SmsWorks, SmsWorksError } from "smsworks-wasm";

const { SMSWORKS_KEY: key, SMSWORKS_SECRET: secret, SMSWORKS_BASE_URL: baseUrl } = process.env;

const tracer = trace.getTracer("smsworks");

/** The spans of the requests that are under way: a call has one at a time. @type {Map<unknown, import("@opentelemetry/api").Span>} */
const spans = new Map();

/** @param {import("smsworks-wasm").SmsWorksEvent} event */
function observe(event) {
  const { operation } = event;
  const isLogin = operation === "login";
  const call = isLogin ? operation : event.call;
  if (event.type === "request") {
    const [method = "", route] = operation.includes(" ") ? operation.split(" ") : ["", operation];
    const attributes = {
      "smsworks.operation": operation,
      ...(method && { "http.request.method": method, "url.template": route }),
      ...(event.attempt > 1 && { "http.request.resend_count": event.attempt - 1 }),
    };
    const parent = isLogin ? ROOT_CONTEXT : context.active();
    // One that was not answered has ended by now.
    end(call, "no answer");
    spans.set(call, tracer.startSpan(operation, { kind: SpanKind.CLIENT, attributes }, parent));
  } else if (event.type === "response") {
    spans.get(call)?.setAttribute("http.response.status_code", event.status);
    end(call, event.status >= 400 ? String(event.status) : undefined);
  } else if (event.type === "retry") {
    end(call, "no answer");
    const active = isLogin ? undefined : trace.getActiveSpan();
    active?.addEvent("retry", { "smsworks.operation": operation, "smsworks.delay_ms": event.delayMs });
  } else {
    const { error } = event;
    const type = error instanceof SmsWorksError ? error.code : "aborted";
    end(call, type);
    if (error instanceof SmsWorksError && error.operation === "login") end("login", type);
    trace.getActiveSpan()?.addEvent("failure", { "smsworks.operation": operation, "error.type": type });
  }
}

/**
 * @param {unknown} call
 * @param {string} [error]
 */
function end(call, error) {
  const span = spans.get(call);
  if (error) span?.setAttribute("error.type", error).setStatus({ code: SpanStatusCode.ERROR });
  span?.end();
  spans.delete(call);
}

const sms = new SmsWorks({ baseUrl, credentials: { key, secret }, observe });

/** @param {string} destination */
const notify = (destination) =>
  tracer.startActiveSpan("notify", async (span) => {
    try {
      await sms.messages.send({ sender: "YourCompany", destination, content: "Your parcel is here" });
    } catch {
      span.setStatus({ code: SpanStatusCode.ERROR });
    } finally {
      span.end();
    }
  });

await Promise.all(["447777777777", "447777777778"].map(notify));
const { credits } = await sms.credits.balance();
console.log(`${credits} credits are left`);
