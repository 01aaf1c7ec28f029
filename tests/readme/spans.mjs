// What a program that makes spans is started with (`--import`): keeps them, and prints them as JSON when it ends.
import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";

const exporter = new InMemorySpanExporter();
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));

process.on("exit", () => {
  for (const span of exporter.getFinishedSpans()) {
    const { name, kind, attributes, status, events, parentSpanContext } = span;
    const { spanId: id } = span.spanContext();
    const told = events.map(({ name, attributes }) => ({ name, attributes }));
    console.log(
      JSON.stringify({ name, id, parent: parentSpanContext?.spanId, kind, attributes, status, events: told }),
    );
  }
});
