import axios from "axios";

export const connect = (baseURL, fetch) => {
  const api = axios.create({ baseURL, timeout: 60_000, ...(fetch && { adapter: "fetch", env: { fetch } }) });
  return async (credentials) => {
    const { data } = await api.post("/auth/token", credentials);
    return data.token;
  };
};
