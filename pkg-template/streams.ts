// Requests that follow each other, as async generators.

import { fail, type GivenOptions, once, readCallOptions, readCopy, readIterable } from "./input.js";
import type { Request } from "./make_methods.js";
import type { SentBatch } from "./methods.js";
import type { BatchMessage, BatchMessageResponse, Id, MessageResponse, Query } from "./routes.js";
import type { CallOptions } from "./types.js";

/** The most texts of a page (`POST /messages` in the API's description). */
const LONGEST_PAGE = 1000;
/** The most destinations of a batch (`POST /batch/send` there). */
const LARGEST_BATCH = 5000;

/** `Messages.all`. */
export const all = (request: Request, query: Query = {}, options?: CallOptions) => {
  const now = new Date();
  return pages(
    request,
    once(() => readCopy(query, "query")),
    now,
    once(() => readCallOptions(options)),
  );
};

async function* pages(
  request: Request,
  read: () => Query,
  now: Date,
  options: () => GivenOptions,
): AsyncGenerator<MessageResponse, void, undefined> {
  // A text that comes or goes meanwhile moves the others from page to page.
  const known = new Set<unknown>();
  let limit = LONGEST_PAGE;
  let found = 0;
  const fill = () => {
    const query = read();
    limit = Math.min(query.limit ?? limit, LONGEST_PAGE);
    const skip = +(query.skip ?? 0) + found;
    // JSON makes `null` of these, which leaves them out.
    if (Number.isNaN(limit)) fail("limit");
    if (Number.isNaN(skip)) fail("skip");
    return { body: { ...query, to: query.to ?? now, limit, skip } };
  };
  let page: MessageResponse[];
  do {
    page = (await request("POST /messages", fill, options)) as MessageResponse[];
    found += page.length;
    for (const message of page) {
      // A text without an id equals no other: the API does not promise one.
      const id = message?.messageid ?? message;
      if (known.has(id)) continue;
      known.add(id);
      yield message;
    }
  } while (page.length > 0 && page.length >= limit);
}

/** `Batches.sendAll`. */
export const sendAll = (
  request: Request,
  message: Omit<BatchMessage, "destinations">,
  destinations: Iterable<Id> | AsyncIterable<Id>,
  options?: CallOptions,
) =>
  batches(
    request,
    once(() => [readCopy(message, "message"), readIterable<Id>(destinations, "destinations")] as const),
    once(() => readCallOptions(options)),
  );

async function* batches(
  request: Request,
  read: () => readonly [message: object, destinations: Iterable<Id> | AsyncIterable<Id>],
  options: () => GivenOptions,
): AsyncGenerator<SentBatch, void, undefined> {
  let batch: Id[] = [];
  const send = async (): Promise<SentBatch> => {
    const destinations = batch;
    batch = [];
    const fill = () => ({ body: { ...read()[0], destinations } });
    const sent = await request("POST /batch/send", fill, options);
    // A list of one serves as an answer, too.
    return { ...([sent].flat()[0] as BatchMessageResponse), destinations };
  };
  let destinations: Iterable<Id> | AsyncIterable<Id>;
  try {
    [, destinations] = read();
  } catch {
    // The call rejects with the error.
    yield await send();
    return;
  }
  for await (const destination of destinations) if (batch.push(destination) === LARGEST_BATCH) yield await send();
  if (batch.length > 0) yield await send();
}
