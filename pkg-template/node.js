import api from "./node.cjs";

export const { AuthApi, Login, SmsWorksError, keySecret, login } = api;
