import TheSmsWorksApi from "the-sms-works";

export const connect = (baseUrl) => {
  TheSmsWorksApi.ApiClient.instance.basePath = baseUrl;
  const api = new TheSmsWorksApi.AuthApi();
  return (credentials) =>
    new Promise((resolve, reject) => {
      const login = Object.assign(new TheSmsWorksApi.Login(), credentials);
      api.login(login, (error, data) => (error ? reject(error) : resolve(data.token)));
    });
};
