// Bare fetch: the least JavaScript that does the same job.
export const connect =
  (baseUrl, fetch = globalThis.fetch) =>
  async (credentials) => {
    const response = await fetch(`${baseUrl}/auth/token`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json;charset=UTF-8" },
      body: JSON.stringify(credentials),
      redirect: "manual",
      signal: AbortSignal.timeout(60_000),
    });
    if (!response.ok) throw new Error(`The API answered with ${response.status}`);
    const { token } = await response.json();
    return token;
  };
