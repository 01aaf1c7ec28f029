//! A method for each operation of the API. Each is a request of its route, and adds no rule.

use super::{AllMessages, PendingCall, Request, SentBatches, SmsWorks};
use crate::rules::operations::{
    BatchMessage, BatchMessageResponse, CancelledMessageResponse, CreditsResponse, DeletedMessageResponse, Message,
    MessageResponse, OneOrMore, Otp, OtpResponse, OtpVerify, OtpVerifyResponse, Query, ScheduledBatch,
    ScheduledBatchResponse, ScheduledMessage, ScheduledMessageResponse, ScheduledMessagesResponse, SendMessageResponse,
    TestResponse,
};

/// What some operations belong to.
macro_rules! group {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(SmsWorks);

        impl $name {
            pub(super) fn of(client: &SmsWorks) -> Self {
                Self(client.clone())
            }
        }
    };
}

group! {
    /// Texts: [`SmsWorks::messages`]. A method is [`SmsWorks::request`] of the route that it names, and fails as that does.
    Messages
}

impl Messages {
    /// Sends a text now: `POST /message/send`.
    ///
    /// It takes a credit for each part of the text, in the UK; beyond it may take more, or less. Without enough of them it fails with
    /// [`Http`](crate::Code::Http) and status 402. It is sent again only where the first request certainly did nothing. Where the `effect` of its
    /// error is [`Unknown`](crate::Effect::Unknown), the text may have gone out.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// use smsworks_wasm::Message;
    ///
    /// let sent = sms.messages().send(&Message::new("YourCompany", "447777777777", "Hello")).await?;
    /// println!("{} cost {:?}", sent.messageid, sent.credits_used);
    /// # Ok(())
    /// # }
    /// ```
    pub fn send(&self, message: &Message) -> PendingCall<SendMessageResponse> {
        self.0.one_or_more("POST /message/send", Request::default().body(message), OneOrMore::first)
    }

    /// Sends a flash text now, one that a phone shows at once and does not keep: `POST /message/flash`. It costs and fails as
    /// [`send`](Self::send) does.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// use smsworks_wasm::Message;
    ///
    /// sms.messages().flash(&Message::new("YourCompany", "447777777777", "The gate is open")).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn flash(&self, message: &Message) -> PendingCall<SendMessageResponse> {
        self.0.one_or_more("POST /message/flash", Request::default().body(message), OneOrMore::first)
    }

    /// Keeps a text until the time in its `schedule`, and sends it then: `POST /message/schedule`. It is sent again only where the first
    /// request certainly did nothing. Where the `effect` of its error is unknown, look for it with [`scheduled`](Self::scheduled). Of a
    /// time that has passed, the API says 400.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// use smsworks_wasm::{Message, ScheduledMessage};
    ///
    /// let message = Message::new("YourCompany", "447777777777", "Your appointment is today");
    /// let scheduled = sms.messages().schedule(&ScheduledMessage::new(message, "2030-01-31T09:00:00Z")).await?;
    /// sms.messages().cancel(&scheduled.messageid).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn schedule(&self, message: &ScheduledMessage) -> PendingCall<ScheduledMessageResponse> {
        self.0.one_or_more("POST /message/schedule", Request::default().body(message), OneOrMore::first)
    }

    /// Gets one text, sent or received: `GET /messages/{messageid}`. It is tried again after network errors, 408, 425, 429 and 5xx.
    /// Of an id that the account does not have, the API says 404.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// let message = sms.messages().get("a-messageid").await?;
    /// println!("{:?}", message.status);
    /// # Ok(())
    /// # }
    /// ```
    pub fn get(&self, messageid: &str) -> PendingCall<MessageResponse> {
        self.0.operation("GET /messages/{messageid}", Request::default().param("messageid", messageid))
    }

    /// Deletes one text from the account: `DELETE /messages/{messageid}`. It is not taken back from the phone. It is tried again as
    /// [`get`](Self::get) is.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// sms.messages().delete("a-messageid").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn delete(&self, messageid: &str) -> PendingCall<DeletedMessageResponse> {
        self.0.operation("DELETE /messages/{messageid}", Request::default().param("messageid", messageid))
    }

    /// Finds texts, sent and received, up to 1000 at a time: `POST /messages`. [`all`](Self::all) goes through more. It is tried again as
    /// [`get`](Self::get) is.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// use smsworks_wasm::{MessageStatus, Query};
    ///
    /// let failed = sms.messages().search(&Query::new().status(MessageStatus::Undeliverable)).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn search(&self, query: &Query) -> PendingCall<Vec<MessageResponse>> {
        self.0.operation("POST /messages", Request::default().body(query))
    }

    /// Finds received texts that were not read yet: `POST /messages/inbox`. It is tried again as [`get`](Self::get) is.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// use smsworks_wasm::Query;
    ///
    /// for message in sms.messages().inbox(&Query::new()).await? {
    ///     println!("{}: {}", message.sender, message.content);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn inbox(&self, query: &Query) -> PendingCall<Vec<MessageResponse>> {
        self.0.operation("POST /messages/inbox", Request::default().body(query))
    }

    /// Finds texts that could not be delivered: `POST /messages/failed`. It is tried again as [`get`](Self::get) is.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// use smsworks_wasm::Query;
    ///
    /// for message in sms.messages().failed(&Query::new()).await? {
    ///     println!("{}: {:?}", message.destination, message.failurereason);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn failed(&self, query: &Query) -> PendingCall<Vec<MessageResponse>> {
        self.0.operation("POST /messages/failed", Request::default().body(query))
    }

    /// Lists the texts and batches that are scheduled, or were: `GET /messages/schedule`. It is tried again as [`get`](Self::get) is.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// let waiting = sms.messages().scheduled().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn scheduled(&self) -> PendingCall<Vec<ScheduledMessagesResponse>> {
        self.0.one_or_more("GET /messages/schedule", Request::default(), OneOrMore::all)
    }

    /// Cancels a scheduled text: `DELETE /messages/schedule/{messageid}`. It is tried again as [`get`](Self::get) is.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// sms.messages().cancel("a-messageid").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn cancel(&self, messageid: &str) -> PendingCall<CancelledMessageResponse> {
        self.0.operation("DELETE /messages/schedule/{messageid}", Request::default().param("messageid", messageid))
    }

    /// Finds every text that the query applies to, page by page, each once, by `POST /messages`. Texts that come after the stream was
    /// first asked, by this machine's clock, are not in it, unless `to` names a later time. A page is requested once the stream is
    /// through the one before. The query's `limit` is how many a page has, 1000 unless it says less, and `skip` how many to leave out.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// use smsworks_wasm::{MessageStatus, Query};
    ///
    /// let mut delivered = sms.messages().all(&Query::new().status(MessageStatus::Delivered));
    /// while let Some(message) = delivered.next().await {
    ///     println!("{}", message?.messageid);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn all(&self, query: &Query) -> AllMessages {
        AllMessages::new(self.clone(), self.0.client_options(), query.clone())
    }
}

group! {
    /// One text to many, and collections of texts: [`SmsWorks::batches`].
    Batches
}

impl Batches {
    /// Sends one text to up to 5000: `POST /batch/send`. [`send_all`](Self::send_all) sends it to more. It costs and fails as
    /// [`Messages::send`] does.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// use smsworks_wasm::BatchMessage;
    ///
    /// let batch = BatchMessage::new("YourCompany", ["447777777777", "447777777778"], "We are closed tomorrow");
    /// let sent = sms.batches().send(&batch).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn send(&self, batch: &BatchMessage) -> PendingCall<BatchMessageResponse> {
        self.0.one_or_more("POST /batch/send", Request::default().body(batch), OneOrMore::first)
    }

    /// Sends up to 5000 texts that differ: `POST /batch/any`. It costs and fails as [`Messages::send`] does.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// use smsworks_wasm::Message;
    ///
    /// let names = [("447777777777", "Ada"), ("447777777778", "Grace")];
    /// let hello = names.map(|(number, name)| Message::new("YourCompany", number, format!("Hello {name}")));
    /// sms.batches().send_any(&hello).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn send_any(&self, messages: &[Message]) -> PendingCall<BatchMessageResponse> {
        self.0.one_or_more("POST /batch/any", Request::default().body(messages), OneOrMore::first)
    }

    /// Keeps a batch until the time in its `schedule`, and sends it then: `POST /batch/schedule`. It fails as
    /// [`Messages::schedule`] does.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// use smsworks_wasm::{BatchMessage, ScheduledBatch};
    ///
    /// let batch = BatchMessage::new("YourCompany", ["447777777777"], "We open today");
    /// let scheduled = sms.batches().schedule(&ScheduledBatch::new(batch, "2030-01-31T09:00:00Z")).await?;
    /// sms.batches().cancel(&scheduled.batchid).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn schedule(&self, batch: &ScheduledBatch) -> PendingCall<ScheduledBatchResponse> {
        self.0.one_or_more("POST /batch/schedule", Request::default().body(batch), OneOrMore::first)
    }

    /// Gets the texts of a batch: `GET /batch/{batchid}`. It is tried again after network errors, 408, 425, 429 and 5xx. Of an id that the
    /// account does not have, the API says 404.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// let messages = sms.batches().get("a-batchid").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn get(&self, batchid: &str) -> PendingCall<Vec<MessageResponse>> {
        self.0.operation("GET /batch/{batchid}", Request::default().param("batchid", batchid))
    }

    /// Cancels a scheduled batch: `DELETE /batches/schedule/{batchid}`. It is tried again as [`get`](Self::get) is.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// sms.batches().cancel("a-batchid").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn cancel(&self, batchid: &str) -> PendingCall<CancelledMessageResponse> {
        self.0.operation("DELETE /batches/schedule/{batchid}", Request::default().param("batchid", batchid))
    }

    /// Sends one text to any number of people, in batches of up to 5000, by `POST /batch/send`: gives each batch as soon as the API took
    /// it. The stream is driven by who asks it: where it is dropped, nothing more is sent.
    ///
    /// To go on after a failure, or in another process, keep the `destinations` that it gave, and send to the others. Where the `effect`
    /// of its error is [`Unknown`](crate::Effect::Unknown), the batch after the last that it gave may have gone out: look for it with
    /// [`Messages::search`].
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks, numbers: Vec<String>) -> Result<(), smsworks_wasm::Error> {
    /// use smsworks_wasm::BatchMessage;
    ///
    /// let mut batches = sms.batches().send_all(&BatchMessage::new("YourCompany", numbers, "We are closed tomorrow"));
    /// while let Some(batch) = batches.next().await {
    ///     let batch = batch?;
    ///     println!("{} goes to {}", batch.batchid, batch.destinations.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn send_all(&self, batch: &BatchMessage) -> SentBatches {
        SentBatches::new(self.clone(), self.0.client_options(), batch.clone())
    }
}

group! {
    /// One-time passwords: [`SmsWorks::otp`].
    Otps
}

impl Otps {
    /// Makes a one-time password and sends it: `POST /otp/send`. It costs and fails as [`Messages::send`] does.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// use smsworks_wasm::Otp;
    ///
    /// let sent = sms.otp().send(&Otp::new("447777777777").sender("YourCompany")).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn send(&self, otp: &Otp) -> PendingCall<OtpResponse> {
        self.0.one_or_more("POST /otp/send", Request::default().body(otp), OneOrMore::first)
    }

    /// Checks a one-time password that somebody typed: `POST /otp/verify`. It is sent again only where the first request certainly did
    /// nothing. See [`OtpVerify`] for what to compare before you let somebody in. Of a password that it does not know, the API says 404.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// use smsworks_wasm::{MessageStatus, OtpVerify};
    ///
    /// let checked = sms.otp().verify(&OtpVerify::new("123456").messageid("kept on the server")).await?;
    /// let is_right = checked.status == MessageStatus::Verified && checked.destination == "447777777777";
    /// # Ok(())
    /// # }
    /// ```
    pub fn verify(&self, typed: &OtpVerify) -> PendingCall<OtpVerifyResponse> {
        self.0.operation("POST /otp/verify", Request::default().body(typed))
    }

    /// Gets a one-time password by the id of the text that it went out with: `GET /otp/{messageid}`. It is tried again after network
    /// errors, 408, 425, 429 and 5xx. Of an id that it does not know, the API says 404.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// let otp = sms.otp().get("a-messageid").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn get(&self, messageid: &str) -> PendingCall<OtpVerifyResponse> {
        self.0.operation("GET /otp/{messageid}", Request::default().param("messageid", messageid))
    }
}

group! {
    /// The credits of the account: [`SmsWorks::credits`].
    Credits
}

impl Credits {
    /// Gets the credits that are left: `GET /credits/balance`. It is tried again after network errors, 408, 425, 429 and 5xx.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// let credits: f64 = sms.credits().balance().await?.credits;
    /// # Ok(())
    /// # }
    /// ```
    pub fn balance(&self) -> PendingCall<CreditsResponse> {
        self.0.operation("GET /credits/balance", Request::default())
    }
}

group! {
    /// What helps to build an application: [`SmsWorks::utils`].
    Utils
}

impl Utils {
    /// Shows that a token works: `GET /utils/test`. The reply is the id of the customer whose token it is, as `message`. It is tried again
    /// after network errors, 408, 425, 429 and 5xx.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// let customerid = sms.utils().test().await?.message;
    /// # Ok(())
    /// # }
    /// ```
    pub fn test(&self) -> PendingCall<TestResponse> {
        self.0.operation("GET /utils/test", Request::default())
    }

    /// Fails with a sample of the error that has this code, to try out how a program takes it: `GET /utils/errors/{errorcode}`.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// if let Err(error) = sms.utils().error("401").await {
    ///     println!("{error}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn error(&self, errorcode: &str) -> PendingCall<serde_json::Value> {
        self.0.operation("GET /utils/errors/{errorcode}", Request::default().param("errorcode", errorcode))
    }
}
