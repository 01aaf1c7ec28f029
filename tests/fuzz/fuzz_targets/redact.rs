#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| smsworks_fuzz::redact::check(data));
