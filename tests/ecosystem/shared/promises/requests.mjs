// What goes out by `sms.fetch` and `sms.request`.

export default {};
