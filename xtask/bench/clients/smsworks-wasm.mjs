import { AuthApi } from "smsworks-wasm";

export const connect = (baseUrl, fetch) => {
  const api = new AuthApi({ baseUrl, fetch });
  return async (credentials) => {
    const { token } = await api.login(credentials);
    return token;
  };
};
