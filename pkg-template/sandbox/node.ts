// The sandbox by `import` in Node, where `require` finds the same one.
// @ts-expect-error It is there once it is built.
export * from "./sandbox.cjs";
