import api from "./index.cjs";

export const { AuthApi, Login, SmsWorks, SmsWorksError, keySecret, login } = api;
