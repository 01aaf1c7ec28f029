import { ofetch } from "ofetch";

export const connect = (baseURL, fetch) => {
  const api = ofetch.create({ baseURL, timeout: 60_000 }, fetch && { fetch });
  return async (credentials) => {
    const { token } = await api("/auth/token", { method: "POST", body: credentials });
    return token;
  };
};
