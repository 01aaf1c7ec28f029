// Has the shape of the package of this name, and keeps what it is given in memory.
export function createClient() {
  const values = new Map();
  const client = {
    connect: async () => client,
    get: async (key) => values.get(key) ?? null,
    set: async (key, value) => (values.set(key, value), "OK"),
    del: async (key) => Number(values.delete(key)),
  };
  return client;
}
