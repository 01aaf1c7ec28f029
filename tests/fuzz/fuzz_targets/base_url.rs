#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| smsworks_fuzz::base_url::check(data));
