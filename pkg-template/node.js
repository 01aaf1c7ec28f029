import api from "./index.cjs";

export const { AuthApi, Login, SmsWorksError, keySecret, login } = api;
