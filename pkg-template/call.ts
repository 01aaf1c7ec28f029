import { Aborted, abortable } from "./abort.js";
import { type Failure, SmsWorksError } from "./error.js";
import {
  type Asked,
  bare,
  type CallInput,
  type ClientInput,
  type CoreInput,
  Refused,
  readCallOptions,
} from "./input.js";
import { getCore } from "./load.js";
import type { ApiResponse } from "./types.js";

/** A call whose arguments have been read. */
export interface Call {
  asked: Asked;
  /** How its request is sent. */
  options: CallInput & Pick<CoreInput, "respond" | "session">;
  signal?: unknown;
}

/** A call with the options of its client and its own. */
export const withOptions = (session: ClientInput, options: unknown, asked: Asked): Call => {
  const { signal, ...own } = readCallOptions(options);
  return { asked, options: { ...session.client, ...own, session }, signal };
};

/**
 * Makes a call: the one road that all of them take.
 *
 * @param read reads the arguments, at once
 */
export const call = async <T>(operation: string, read: () => Call): Promise<T> => {
  try {
    const { asked, options, signal } = read();
    const input = bare({ operation, ...options, ...asked });
    if (signal === undefined) return await run(input);
    return await abortable(signal, (cancelled) => run(bare({ ...input, cancelled })));
  } catch (thrown) {
    // Where the stack is at its end, there is no room to make an error, either.
    await undefined;
    if (thrown instanceof Aborted) throw thrown.reason;
    // Made here, so that its stack leads to the caller and not through WebAssembly.
    const why = thrown instanceof Error ? refusedBy(thrown) : thrown;
    throw SmsWorksError.of(why instanceof Refused ? await refusal(operation, why) : (why as Failure));
  }
};

/** What a caller gave throws no Error here: it is a method without its client, or the end of the stack. */
const refusedBy = (error: Error): Refused =>
  error instanceof TypeError ? new Refused("this") : new Refused("arguments", "stack");

const run = async <T>(input: CoreInput): Promise<T> => {
  // The stack may be almost at its end, which would trap the core and end the calls of others. A microtask has one of its own.
  await undefined;
  const core = getCore(input);
  return (typeof core === "function" ? core : await core)<T>(input);
};

const refusal = (operation: string, { parameter, problem }: Refused): Promise<Failure> =>
  run<Failure>(bare({ operation, ask: problem, parameter })).catch((failure: Failure) => failure);

/**
 * Makes a call that may have a callback in the place of its options. What the callback throws is uncaught, and not a failed call.
 *
 * @param read reads the arguments and the options
 */
export const callOrCallBack = (operation: string, options: unknown, read: (options: unknown) => Call): unknown => {
  if (typeof options !== "function") return call(operation, () => read(options));
  let response: ApiResponse | undefined;
  const respond: CoreInput["respond"] = (status, headers, body) => {
    response = { status, headers, body };
  };
  const settle = (...results: unknown[]) => {
    try {
      options(...results, response);
    } catch (thrown) {
      // In a microtask of its own, which may be faked: the promise would catch it.
      queueMicrotask(() => {
        throw thrown;
      });
    }
  };
  call(operation, () => {
    const { asked, options } = read(undefined);
    return { asked, options: { ...options, respond } };
  }).then(
    (data) => settle(null, data),
    (error) => settle(error, undefined),
  );
};
