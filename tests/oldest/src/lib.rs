//! Sends a text, with a type of the application's own for a reply.

use serde::Deserialize;
use smsworks_wasm::{Error, Message, Request, SmsWorks};

#[derive(Deserialize)]
pub struct Balance {
    pub credits: f64,
}

pub async fn send(sms: &SmsWorks) -> Result<(String, Balance), Error> {
    let sent = sms.messages().send(&Message::new("YourCompany", "447777777777", "Hello")).await?;
    let balance = sms.request("GET /credits/balance", Request::default()).await?;
    Ok((sent.messageid, balance))
}
