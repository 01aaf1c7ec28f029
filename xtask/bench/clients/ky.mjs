import ky from "ky";

export const connect = (baseUrl, fetch) => {
  const api = ky.create({ prefix: baseUrl, timeout: 60_000, ...(fetch && { fetch }) });
  return async (credentials) => {
    const { token } = await api.post("auth/token", { json: credentials }).json();
    return token;
  };
};
