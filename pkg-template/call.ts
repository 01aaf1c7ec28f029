import { Aborted, abortable } from "./abort.js";
import { type Failure, SmsWorksError } from "./error.js";
import {
  type Asked,
  bare,
  type ClientInput,
  type CoreInput,
  type GivenOptions,
  type Observe,
  Refused,
  readCallOptions,
} from "./input.js";
import { getCore } from "./load.js";
import { throwAlone } from "./observe.js";
import { clock } from "./timer.js";
import type { ApiResponse } from "./types.js";

/** Reads the arguments of a call, at once: what the core is asked, and the options of the call. */
export type Read<C> = (client: C) => readonly [asked: Asked & Pick<CoreInput, "respond">, options?: GivenOptions];

/** Makes a call of a client: the one road that all of them take. */
export const call = async <T, C extends ClientInput>(operation: string, client: () => C, read: Read<C>): Promise<T> => {
  let observe: Observe | undefined;
  const since = clock();
  try {
    const session = client();
    const { client: shared } = session;
    observe = shared.observe?.next();
    const [asked, { signal, headers, ...own } = readCallOptions()] = read(session);
    const both = headers && { headers: [...(shared.headers ?? []), ...headers] };
    const input = bare({ operation, ...shared, ...own, ...both, observe, session, ...asked });
    if (signal === undefined) return await run(input);
    return await abortable(signal, (cancelled) => run(bare({ ...input, cancelled })));
  } catch (thrown) {
    // Where the stack is full, there is no room to make an error, either: go on with a stack of its own.
    await undefined;
    const error = thrown instanceof Aborted ? thrown.reason : await errorOf(operation, thrown);
    observe?.("failure", operation, undefined, clock() - since, undefined, undefined, error);
    throw error;
  }
};

/** The error of a call. It is made here, so that its stack leads to the caller and not through WebAssembly. */
const errorOf = async (operation: string, thrown: unknown): Promise<SmsWorksError> => {
  const why = thrown instanceof Error ? refusedBy(thrown) : thrown;
  return SmsWorksError.of(why instanceof Refused ? await refusal(operation, why) : (why as Failure));
};

/** What a caller's values throw is caught in input.ts. So an Error here comes of a method without its client, or of a full stack. */
const refusedBy = (error: Error): Refused =>
  error instanceof TypeError ? new Refused("this") : new Refused("arguments", "stack");

const run = async <T>(input: CoreInput): Promise<T> => {
  // The stack may be almost full, which would trap the core and end the calls of others. A microtask has a stack of its own.
  await undefined;
  const core = getCore(input);
  return (typeof core === "function" ? core : await core)<T>(input);
};

const refusal = (operation: string, { parameter, problem }: Refused): Promise<Failure> =>
  run<Failure>(bare({ operation, ask: problem, subject: parameter })).catch((failure: Failure) => failure);

/**
 * Makes a call that may have a callback in the place of its options. What the callback throws is uncaught, and not a failed call.
 *
 * @param ask reads the arguments
 */
export const callOrCallBack = (
  operation: string,
  client: () => ClientInput,
  options: unknown,
  ask: () => Asked,
): unknown => {
  if (typeof options !== "function") return call(operation, client, () => [ask(), readCallOptions(options)]);
  let response: ApiResponse | undefined;
  const respond: CoreInput["respond"] = ({ status, headers, json }) => {
    response = { status, headers, body: json };
  };
  const settle = (...results: unknown[]) => {
    try {
      options(...results, response);
    } catch (thrown) {
      throwAlone(thrown);
    }
  };
  call(operation, client, () => [{ ...ask(), respond }]).then(
    (data) => settle(null, data),
    (error) => settle(error, undefined),
  );
};
