//! What the 21 operations of the API take and answer with: the models of its OpenAPI 1.9 description, in its own spelling.
//!
//! The description and the API itself differ in places, and both change. So ids and telephone numbers may be strings or numbers in a
//! reply; a field that is missing, or that is of another type, is empty; and one that is not described is in `other`.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::models::Secret;

/// What the body of a request has: fields that must be there, and those that need not, each with a method that sets it.
macro_rules! bodies {
    ($(
        $(#[$doc:meta])*
        $name:ident {
            $($(#[$required_doc:meta])* $required:ident: $required_type:ty,)*
        } and {
            $($(#[$optional_doc:meta])* $optional:ident $(by $written:literal)?: $optional_type:ty = $given:ty,)*
        }
    )*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$required_doc])* pub $required: $required_type,)*
            $(
                $(#[$optional_doc])*
                #[serde(default, skip_serializing_if = "Option::is_none" $(, serialize_with = $written)?)]
                pub $optional: Option<$optional_type>,
            )*
        }

        impl $name {
            $(
                $(#[$optional_doc])*
                #[must_use]
                pub fn $optional(mut self, $optional: $given) -> Self {
                    self.$optional = Some($optional.into());
                    self
                }
            )*
        }
    )*};
}

bodies! {
    /// A text to send.
    ///
    /// ```
    /// use smsworks_wasm::Message;
    ///
    /// let message = Message::new("YourCompany", "447777777777", "Your parcel is here").tag("parcels").validity(60);
    /// ```
    Message {
        /// Whom it is from: up to 11 letters and digits, or a number of up to 15 digits. No spaces.
        sender: String,
        /// The number that it goes to, with the country's code and without `+` or leading zeros, such as `447777777777`.
        destination: String,
        /// The text, of up to 1280 characters. In the UK each part costs a credit; [`segments`](crate::segments()) counts them. Beyond the
        /// UK it may cost more, or less.
        content: String,
    } and {
        /// The URL that gets the delivery reports of this text, instead of the account's.
        deliveryreporturl: String = impl Into<String>,
        /// A label to find it by later, of up to 280 characters.
        tag: String = impl Into<String>,
        /// After how many minutes its delivery report is deleted. Without it, never.
        ttl: u32 = u32,
        /// Email addresses that get the answers to it. This needs a reply number.
        responseemail: Vec<String> = Vec<String>,
        /// Names and values of your own, which come back in the API's replies.
        metadata: Vec<MetaData> = Vec<MetaData>,
        /// For how many minutes to attempt delivery, 1 to 2880; then its status is `EXPIRED`. The default is 2880.
        validity: u32 = u32,
        /// Whether it may be shortened where it is a little over what one or two credits pay for. The default is the account's.
        ai: bool = bool,
    }

    /// One text to many.
    ///
    /// ```
    /// use smsworks_wasm::BatchMessage;
    ///
    /// let batch = BatchMessage::new("YourCompany", ["447777777777", "447777777778"], "We are closed tomorrow").tag("news");
    /// ```
    BatchMessage {
        /// Whom it is from, as in [`Message::sender`].
        sender: String,
        /// The numbers that it goes to, each as in [`Message::destination`]: up to 5000, but for
        /// [`Batches::send_all`](crate::Batches::send_all).
        destinations: Vec<String>,
        /// The text, as in [`Message::content`].
        content: String,
    } and {
        /// The URL that gets the delivery reports of these texts, instead of the account's.
        deliveryreporturl: String = impl Into<String>,
        /// A label to find them by later, of up to 280 characters.
        tag: String = impl Into<String>,
        /// After how many minutes their delivery reports are deleted. Without it, never.
        ttl: u32 = u32,
        /// For how many minutes to attempt delivery, 1 to 2880; then their status is `EXPIRED`. The default is 2880.
        validity: u32 = u32,
        /// Whether it may be shortened where it is a little over what one or two credits pay for. The default is the account's.
        ai: bool = bool,
    }

    /// What to find: texts to which all of it applies.
    ///
    /// ```
    /// use smsworks_wasm::{MessageStatus, Query};
    ///
    /// let query = Query::new().status(MessageStatus::Delivered).from("2030-01-01T00:00:00Z").limit(100);
    /// ```
    #[derive(Default)]
    Query {
    } and {
        /// The state that they are in.
        status: MessageStatus = MessageStatus,
        /// The credits that they took. A call fails where it is not a finite number.
        credits by "finite": f64 = f64,
        /// The number that they went to.
        destination: String = impl Into<String>,
        /// Whom they are from: a name or, of received texts, a number.
        sender: String = impl Into<String>,
        /// The keyword of received texts.
        keyword: String = impl Into<String>,
        /// From when on, such as `2030-01-31T09:00:00Z` (ISO 8601).
        from: String = impl Into<String>,
        /// Until when.
        to: String = impl Into<String>,
        /// How many to get at most, up to 1000, which is the default.
        limit: u32 = u32,
        /// How many to leave out at the beginning, to go through them in portions.
        skip: u32 = u32,
        /// Of received texts: only those that were not read yet, or only those that were.
        unread: bool = bool,
        /// What was sent along with them.
        metadata: Vec<MetaData> = Vec<MetaData>,
    }

    /// A one-time password to make and send.
    ///
    /// ```
    /// use smsworks_wasm::Otp;
    ///
    /// let otp = Otp::new("447777777777").sender("YourCompany").length(6).validity(300);
    /// ```
    Otp {
        /// The number that it goes to, as in [`Message::destination`].
        destination: String,
    } and {
        /// Whom the text is from, as in [`Message::sender`].
        sender: String = impl Into<String>,
        /// How many digits it has. The default is 6.
        length: u32 = u32,
        /// The text that it goes out in, with `{{passcode}}` where it stands.
        template: String = impl Into<String>,
        /// For how many seconds it holds.
        validity: u32 = u32,
        /// A password of one's own, to be sent and verified in place of one that is made.
        passcode: Secret = impl Into<Secret>,
        /// What comes back when it is verified: up to 1024 bytes of JSON.
        metadata: Map<String, Value> = Map<String, Value>,
    }

    /// A one-time password that somebody typed. Let them in only where the reply's `status` is `VERIFIED` and its `destination` is the
    /// number that the password was sent to, and count the guesses.
    ///
    /// ```
    /// use smsworks_wasm::OtpVerify;
    ///
    /// let typed = OtpVerify::new("123456").messageid("kept on the server");
    /// ```
    OtpVerify {
        /// What was typed.
        passcode: Secret,
    } and {
        /// The id of the text that it went out with, as your server kept it: somebody who could name an id would name that of a text to
        /// their own telephone. Without it, the password of any text of the account will do.
        messageid: String = impl Into<String>,
    }
}

impl Message {
    /// A text from `sender` to `destination`.
    pub fn new(sender: impl Into<String>, destination: impl Into<String>, content: impl Into<String>) -> Self {
        Self {
            sender: sender.into(),
            destination: destination.into(),
            content: content.into(),
            deliveryreporturl: None,
            tag: None,
            ttl: None,
            responseemail: None,
            metadata: None,
            validity: None,
            ai: None,
        }
    }
}

impl BatchMessage {
    /// One text from `sender` to each of `destinations`.
    pub fn new(
        sender: impl Into<String>,
        destinations: impl IntoIterator<Item = impl Into<String>>,
        content: impl Into<String>,
    ) -> Self {
        Self {
            sender: sender.into(),
            destinations: destinations.into_iter().map(Into::into).collect(),
            content: content.into(),
            deliveryreporturl: None,
            tag: None,
            ttl: None,
            validity: None,
            ai: None,
        }
    }
}

impl Query {
    /// What applies to every text.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Otp {
    /// A one-time password for the telephone `destination`.
    pub fn new(destination: impl Into<String>) -> Self {
        Self {
            destination: destination.into(),
            sender: None,
            length: None,
            template: None,
            validity: None,
            passcode: None,
            metadata: None,
        }
    }
}

impl OtpVerify {
    /// What somebody typed.
    pub fn new(passcode: impl Into<Secret>) -> Self {
        Self { passcode: passcode.into(), messageid: None }
    }
}

/// A text to send later.
///
/// ```
/// use smsworks_wasm::{Message, ScheduledMessage};
///
/// let message = Message::new("YourCompany", "447777777777", "Your appointment is today");
/// let later = ScheduledMessage::new(message, "2030-01-31T09:00:00Z");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ScheduledMessage {
    /// The text.
    #[serde(flatten)]
    pub message: Message,
    /// When to send it, with its time zone (ISO 8601), such as `2030-01-31T09:00:00Z`.
    pub schedule: String,
}

impl ScheduledMessage {
    /// The text `message`, to be sent at the time `schedule`.
    pub fn new(message: Message, schedule: impl Into<String>) -> Self {
        Self { message, schedule: schedule.into() }
    }
}

/// One text to many, to send later.
///
/// ```
/// use smsworks_wasm::{BatchMessage, ScheduledBatch};
///
/// let batch = BatchMessage::new("YourCompany", ["447777777777"], "We open today");
/// let later = ScheduledBatch::new(batch, "2030-01-31T09:00:00Z");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ScheduledBatch {
    /// The texts.
    #[serde(flatten)]
    pub batch: BatchMessage,
    /// When to send them, with its time zone (ISO 8601), such as `2030-01-31T09:00:00Z`.
    pub schedule: String,
}

impl ScheduledBatch {
    /// The texts of `batch`, to be sent at the time `schedule`.
    pub fn new(batch: BatchMessage, schedule: impl Into<String>) -> Self {
        Self { batch, schedule: schedule.into() }
    }
}

/// A name and a value of one's own.
///
/// ```
/// use smsworks_wasm::{Message, MetaData};
///
/// let message = Message::new("YourCompany", "447777777777", "Hello").metadata(vec![MetaData::new("order", "7")]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MetaData {
    /// The name.
    #[serde(default, deserialize_with = "lenient")]
    pub key: String,
    /// The value.
    #[serde(default, deserialize_with = "lenient")]
    pub value: String,
}

impl MetaData {
    /// The value `value` by the name `key`.
    pub fn new(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self { key: key.into(), value: value.into() }
    }
}

/// The state of a text, a batch or a one-time password, in the API's words.
///
/// ```
/// use smsworks_wasm::MessageStatus;
///
/// assert_eq!(MessageStatus::Delivered.to_string(), "DELIVERED");
/// assert_eq!(MessageStatus::from("DELIVERED"), MessageStatus::Delivered);
/// assert_eq!(MessageStatus::from("LOST"), MessageStatus::Other("LOST".into()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(from = "String")]
#[non_exhaustive]
pub enum MessageStatus {
    /// It went out.
    Sent,
    /// It arrived.
    Delivered,
    /// It could not be delivered in time; of a one-time password, it was not typed in time.
    Expired,
    /// It cannot be delivered.
    Undeliverable,
    /// The network refused it.
    Rejected,
    /// It was received.
    Incoming,
    /// It is kept for later.
    Scheduled,
    /// It was kept for later, and is sent.
    Processed,
    /// It was kept for later, and will not be sent.
    Cancelled,
    /// It is deleted.
    Deleted,
    /// A one-time password was typed in time.
    Verified,
    /// Another one; empty where the reply has none.
    Other(String),
}

impl MessageStatus {
    /// The API's word for it, such as `"DELIVERED"`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Sent => "SENT",
            Self::Delivered => "DELIVERED",
            Self::Expired => "EXPIRED",
            Self::Undeliverable => "UNDELIVERABLE",
            Self::Rejected => "REJECTED",
            Self::Incoming => "INCOMING",
            Self::Scheduled => "SCHEDULED",
            Self::Processed => "PROCESSED",
            Self::Cancelled => "CANCELLED",
            Self::Deleted => "DELETED",
            Self::Verified => "VERIFIED",
            Self::Other(word) => word,
        }
    }
}

/// Of the API's word for it.
impl From<String> for MessageStatus {
    fn from(word: String) -> Self {
        match word.as_str() {
            "SENT" => Self::Sent,
            "DELIVERED" => Self::Delivered,
            "EXPIRED" => Self::Expired,
            "UNDELIVERABLE" => Self::Undeliverable,
            "REJECTED" => Self::Rejected,
            "INCOMING" => Self::Incoming,
            "SCHEDULED" => Self::Scheduled,
            "PROCESSED" => Self::Processed,
            "CANCELLED" => Self::Cancelled,
            "DELETED" => Self::Deleted,
            "VERIFIED" => Self::Verified,
            _ => Self::Other(word),
        }
    }
}

impl From<&str> for MessageStatus {
    fn from(word: &str) -> Self {
        word.to_owned().into()
    }
}

impl Serialize for MessageStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl fmt::Display for MessageStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Default for MessageStatus {
    fn default() -> Self {
        Self::Other(String::new())
    }
}

/// What a reply has: each field as the API gave it, or empty.
macro_rules! replies {
    ($(
        $(#[$doc:meta])*
        $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* }
    )*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        pub struct $name {
            $(
                $(#[$field_doc])*
                #[serde(default, deserialize_with = "lenient")]
                pub $field: $type,
            )*
            /// What else the API answered.
            #[serde(flatten)]
            pub other: OtherFields,
        }

        impl FromJson for $name {
            fn from_json(json: Value) -> Option<Self> {
                serde_json::from_value(json).ok()
            }
        }
    )*};
}

replies! {
    /// A text was taken on.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// use smsworks_wasm::Message;
    ///
    /// let sent = sms.messages().send(&Message::new("YourCompany", "447777777777", "Hello")).await?;
    /// println!("{} cost {:?} of {:?}", sent.messageid, sent.credits_used, sent.credits);
    /// # Ok(())
    /// # }
    /// ```
    SendMessageResponse {
        /// The id of the text.
        messageid: String,
        /// Its state.
        status: MessageStatus,
        /// The credits that are left, which may be a fraction.
        credits: Option<f64>,
        /// The credits that it took.
        credits_used: Option<f64>,
        /// In how many parts it goes out.
        messageparts: Option<u32>,
    }

    /// A text was scheduled.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// use smsworks_wasm::{Message, ScheduledMessage};
    ///
    /// let message = Message::new("YourCompany", "447777777777", "Hello");
    /// let scheduled = sms.messages().schedule(&ScheduledMessage::new(message, "2030-01-31T09:00:00Z")).await?;
    /// println!("{} is {:?}", scheduled.messageid, scheduled.status);
    /// # Ok(())
    /// # }
    /// ```
    ScheduledMessageResponse {
        /// The id to cancel it by.
        messageid: String,
        /// Its state.
        status: MessageStatus,
    }

    /// A batch was scheduled.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// use smsworks_wasm::{BatchMessage, ScheduledBatch};
    ///
    /// let batch = BatchMessage::new("YourCompany", ["447777777777"], "Hello");
    /// let scheduled = sms.batches().schedule(&ScheduledBatch::new(batch, "2030-01-31T09:00:00Z")).await?;
    /// println!("{} is {:?}", scheduled.batchid, scheduled.status);
    /// # Ok(())
    /// # }
    /// ```
    ScheduledBatchResponse {
        /// The id to cancel it by.
        batchid: String,
        /// Its state.
        status: MessageStatus,
    }

    /// A scheduled text or batch was cancelled.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// let cancelled = sms.messages().cancel("a messageid").await?;
    /// println!("{} is {:?}", cancelled.messageid, cancelled.status);
    /// # Ok(())
    /// # }
    /// ```
    CancelledMessageResponse {
        /// The id of what was cancelled, be it a text or a batch.
        messageid: String,
        /// Its state.
        status: MessageStatus,
    }

    /// A text was deleted.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// let deleted = sms.messages().delete("a messageid").await?;
    /// println!("{} is {:?}", deleted.messageid, deleted.status);
    /// # Ok(())
    /// # }
    /// ```
    DeletedMessageResponse {
        /// The id of the text.
        messageid: String,
        /// Its state.
        status: MessageStatus,
    }

    /// A batch was taken on.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// use smsworks_wasm::BatchMessage;
    ///
    /// let sent = sms.batches().send(&BatchMessage::new("YourCompany", ["447777777777"], "Hello")).await?;
    /// println!("{} is {:?}", sent.batchid, sent.status);
    /// # Ok(())
    /// # }
    /// ```
    BatchMessageResponse {
        /// The id to get its texts by.
        batchid: String,
        /// Its state.
        status: MessageStatus,
    }

    /// A text, sent or received.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// let text = sms.messages().get("a messageid").await?;
    /// println!("{} to {}: {:?}", text.content, text.destination, text.status);
    /// # Ok(())
    /// # }
    /// ```
    MessageResponse {
        /// The id of the text.
        messageid: String,
        /// The same id, in some replies.
        id: Option<String>,
        /// The batch that it is of.
        batchid: Option<String>,
        /// The customer that it belongs to.
        customerid: Option<Secret>,
        /// Whom it is from.
        sender: String,
        /// The number that it went to.
        destination: String,
        /// The text itself.
        content: String,
        /// Its state.
        status: MessageStatus,
        /// When it was made, in ISO 8601 or as JavaScript writes a `Date`; so are the other times.
        created: Option<String>,
        /// When it changed last.
        modified: Option<String>,
        /// When it was to be sent.
        schedule: Option<String>,
        /// The label that it was sent with.
        tag: Option<String>,
        /// The keyword of a received text.
        keyword: Option<String>,
        /// What the network calls it.
        identifier: Option<String>,
        /// The URL that gets its delivery reports.
        deliveryreporturl: Option<String>,
        /// Why it could not be delivered.
        failurereason: Option<FailureReason>,
        /// What was sent along with it.
        metadata: Vec<MetaData>,
    }

    /// Why a text could not be delivered.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// use smsworks_wasm::Query;
    ///
    /// for text in sms.messages().failed(&Query::new()).await? {
    ///     let is_final = text.failurereason.and_then(|reason| reason.permanent);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    FailureReason {
        /// The network's number for it.
        code: Option<f64>,
        /// What it means.
        details: Option<String>,
        /// Whether the failure is permanent.
        permanent: Option<bool>,
    }

    /// A scheduled text or batch.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// for scheduled in sms.messages().scheduled().await? {
    ///     println!("{} at {:?}", scheduled.id, scheduled.message.schedule);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ScheduledMessagesResponse {
        /// The id to cancel it by.
        id: String,
        /// Whether it is a batch.
        batch: bool,
        /// Its state.
        status: MessageStatus,
        /// What is to be sent.
        message: ScheduledContent,
    }

    /// What is to be sent of a scheduled text or batch.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// for scheduled in sms.messages().scheduled().await? {
    ///     println!("{} to {:?}", scheduled.message.content, scheduled.message.destinations);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ScheduledContent {
        /// Whom it is from.
        sender: String,
        /// The text itself.
        content: String,
        /// The number that it goes to, where it is no batch.
        destination: Option<String>,
        /// The numbers that it goes to, where it is a batch.
        destinations: Vec<String>,
        /// When it is to be sent.
        schedule: Option<String>,
    }

    /// A one-time password went out.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// use smsworks_wasm::Otp;
    ///
    /// let sent = sms.otp().send(&Otp::new("447777777777")).await?;
    /// println!("{} cost {:?}", sent.messageid, sent.credits_used);
    /// # Ok(())
    /// # }
    /// ```
    OtpResponse {
        /// The id of the text. Keep it on your server, with the visitor's session: it is needed to verify.
        messageid: String,
        /// The state of the text.
        status: MessageStatus,
        /// The credits that are left.
        credits: Option<f64>,
        /// The credits that it took.
        credits_used: Option<f64>,
        /// In how many parts it went out.
        messageparts: Option<u32>,
    }

    /// A one-time password.
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
    OtpVerifyResponse {
        /// `VERIFIED` where it was typed in time, `EXPIRED` where it was not. The description has none for one that still waits.
        status: MessageStatus,
        /// The number that it went to.
        destination: String,
        /// The password.
        passcode: Option<Secret>,
        /// For how many seconds it holds.
        validity: Option<f64>,
        /// What was sent along with it.
        metadata: Map<String, Value>,
        /// When it was made.
        created: Option<String>,
        /// When it expires.
        expires: Option<String>,
        /// When it was verified.
        modified: Option<String>,
    }

    /// Whose token it is.
    ///
    /// ```no_run
    /// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
    /// let customerid = sms.utils().test().await?.message;
    /// println!("works: {}", !customerid.secret().is_empty());
    /// # Ok(())
    /// # }
    /// ```
    TestResponse {
        /// The id of the customer.
        message: Secret,
    }
}

/// The credits of an account.
///
/// ```no_run
/// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
/// let credits: f64 = sms.credits().balance().await?.credits;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CreditsResponse {
    /// How many are left, which may be a fraction.
    #[serde(deserialize_with = "number")]
    pub credits: f64,
    /// What else the API answered.
    #[serde(flatten)]
    pub other: OtherFields,
}

/// A batch that the API took.
///
/// ```no_run
/// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
/// use smsworks_wasm::BatchMessage;
///
/// let batch = BatchMessage::new("YourCompany", ["447777777777"], "Hello");
/// if let Some(sent) = sms.batches().send_all(&batch).next().await.transpose()? {
///     println!("{} goes to {:?}", sent.batchid, sent.destinations);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SentBatch {
    /// The id to get its texts by.
    pub batchid: String,
    /// Its state.
    pub status: MessageStatus,
    /// Whom it goes to.
    pub destinations: Vec<String>,
}

/// Fields of a reply that are not described. `Debug` shows their names: a value may be anything.
///
/// ```no_run
/// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
/// let balance = sms.credits().balance().await?;
/// let currency = balance.other.get("currency");
/// let names = balance.other.iter().map(|(name, _)| name);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OtherFields(Map<String, Value>);

impl OtherFields {
    /// The field `name`.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Each field, by its name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl fmt::Debug for OtherFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// A type that is made of JSON, where the JSON is of a type that it can hold.
trait FromJson: Sized {
    fn from_json(json: Value) -> Option<Self>;
}

impl FromJson for String {
    fn from_json(json: Value) -> Option<Self> {
        match json {
            Value::String(text) => Some(text),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }
}

impl FromJson for f64 {
    fn from_json(json: Value) -> Option<Self> {
        match json {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim_ascii().parse().ok().filter(|number: &f64| number.is_finite()),
            _ => None,
        }
    }
}

impl FromJson for u32 {
    fn from_json(json: Value) -> Option<Self> {
        f64::from_json(json).filter(|number| *number >= 0.0).map(|number| number as Self)
    }
}

impl FromJson for Secret {
    fn from_json(json: Value) -> Option<Self> {
        String::from_json(json).map(Self::from)
    }
}

impl<T: FromJson> FromJson for Option<T> {
    fn from_json(json: Value) -> Option<Self> {
        T::from_json(json).map(Some)
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(json: Value) -> Option<Self> {
        let Value::Array(list) = json else { return None };
        Some(list.into_iter().filter_map(T::from_json).collect())
    }
}

macro_rules! as_they_are {
    ($($name:ty),*) => {$(
        impl FromJson for $name {
            fn from_json(json: Value) -> Option<Self> {
                serde_json::from_value(json).ok()
            }
        }
    )*};
}

as_they_are!(bool, MessageStatus, MetaData, Map<String, Value>);

fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned + FromJson + Default>(json: D) -> Result<T, D::Error> {
    Ok(T::from_json(Value::deserialize(json)?).unwrap_or_default())
}

fn finite<S: Serializer>(number: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    if number.is_some_and(|number| !number.is_finite()) {
        return Err(serde::ser::Error::custom("no finite number"));
    }
    number.serialize(serializer)
}

fn number<'de, D: Deserializer<'de>>(json: D) -> Result<f64, D::Error> {
    f64::from_json(Value::deserialize(json)?).ok_or_else(|| serde::de::Error::custom("no number"))
}

/// A reply that is one or a list. That to `POST /message/schedule` is one in description 1.2, a list in 1.9; that to
/// `GET /messages/schedule` is a list in the words of 1.9, and one in its schema.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum OneOrMore<T> {
    More(Vec<T>),
    One(T),
}

impl<T: Default> OneOrMore<T> {
    /// The one, or the first.
    pub fn first(self) -> T {
        match self {
            Self::One(one) => one,
            Self::More(more) => more.into_iter().next().unwrap_or_default(),
        }
    }

    pub fn all(self) -> Vec<T> {
        match self {
            Self::One(one) => vec![one],
            Self::More(more) => more,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read<T: DeserializeOwned>(json: Value) -> Result<T, String> {
        serde_json::from_value(json).map_err(|error| error.to_string())
    }

    #[test]
    fn ids_may_be_strings_or_numbers_and_what_is_of_another_type_is_empty() {
        for (id, text) in [
            (json!("a"), "a"),
            (json!(5), "5"),
            (json!(9_007_199_254_740_993_u64), "9007199254740993"),
            (json!(1.5), "1.5"),
            (json!(null), ""),
            (json!([1]), ""),
            (json!({}), ""),
        ] {
            let sent: SendMessageResponse = read(json!({ "messageid": id, "credits": id })).unwrap();
            assert_eq!(sent.messageid, text);
            assert_eq!(sent.credits.is_some(), id.is_number());
        }
        let none: SendMessageResponse = read(json!({})).unwrap();
        assert_eq!(none, SendMessageResponse::default());
    }

    #[test]
    fn numbers_may_be_strings() {
        for (json, credits) in [
            (json!(2.5), Some(2.5)),
            (json!("2.5"), Some(2.5)),
            (json!(" 3 "), Some(3.0)),
            (json!(""), None),
            (json!("inf"), None),
            (json!(null), None),
            (json!(true), None),
        ] {
            let sent: SendMessageResponse = read(json!({ "credits": json, "messageparts": json })).unwrap();
            assert_eq!(sent.credits, credits, "{json}");
            assert_eq!(sent.messageparts, credits.map(|credits| credits as u32), "{json}");
            // A balance that is none is an error.
            assert_eq!(
                read::<CreditsResponse>(json!({ "credits": json })).ok().map(|reply| reply.credits),
                credits,
                "{json}"
            );
        }
        assert!(read::<CreditsResponse>(json!({})).is_err());
        let sent: SendMessageResponse = read(json!({ "messageparts": -1 })).unwrap();
        assert_eq!(sent.messageparts, None);
    }

    #[test]
    fn a_reply_keeps_what_is_not_described_and_does_not_show_it() {
        let reply = json!({ "messageid": "a", "status": "SENT", "customerid": "the-customer", "ai": { "is": true } });
        let sent: SendMessageResponse = read(reply).unwrap();
        assert_eq!(sent.other.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["ai", "customerid"]);
        assert_eq!(sent.other.get("ai"), Some(&json!({ "is": true })));
        assert!(!format!("{sent:?}").contains("the-customer"));
        // There and back, as frameworks send it from a server to a page.
        assert_eq!(read::<SendMessageResponse>(serde_json::to_value(&sent).unwrap()).unwrap(), sent);
    }

    #[test]
    fn a_state_is_one_of_those_known_or_any_text() {
        for (json, status) in [
            (json!("DELIVERED"), MessageStatus::Delivered),
            (json!("UNDELIVERABLE"), MessageStatus::Undeliverable),
            (json!("LOST"), MessageStatus::Other("LOST".into())),
            (json!("delivered"), MessageStatus::Other("delivered".into())),
            (json!(7), MessageStatus::default()),
            (json!(null), MessageStatus::default()),
        ] {
            assert_eq!(read::<DeletedMessageResponse>(json!({ "status": json })).unwrap().status, status, "{json}");
        }
        for word in [
            "SENT",
            "DELIVERED",
            "EXPIRED",
            "UNDELIVERABLE",
            "REJECTED",
            "INCOMING",
            "SCHEDULED",
            "PROCESSED",
            "CANCELLED",
            "DELETED",
            "VERIFIED",
            "LOST",
            "",
        ] {
            let status = MessageStatus::from(word);
            assert_eq!(matches!(status, MessageStatus::Other(_)), matches!(word, "LOST" | ""), "{word}");
            assert_eq!((status.to_string().as_str(), serde_json::to_value(&status).unwrap()), (word, json!(word)));
            assert_eq!(read::<MessageStatus>(json!(word)).unwrap(), status);
        }
    }

    #[test]
    fn a_list_leaves_out_what_it_cannot_hold() {
        let reply =
            json!([{ "id": 7, "batch": true, "message": { "destinations": [447777777777_u64, null, "1"] } }, {}]);
        let scheduled: Vec<ScheduledMessagesResponse> = read(reply).unwrap();
        assert_eq!((scheduled[0].id.as_str(), scheduled[0].batch), ("7", true));
        assert_eq!(scheduled[0].message.destinations, ["447777777777", "1"]);
        assert_eq!(scheduled[1], ScheduledMessagesResponse::default());
        let text: MessageResponse =
            read(json!({ "metadata": [{ "key": "a", "value": 1 }, 7], "failurereason": "no" })).unwrap();
        assert_eq!((text.metadata, text.failurereason), (vec![MetaData::new("a", "1")], None));
    }

    #[test]
    fn what_was_scheduled_comes_alone_or_in_a_list() {
        for (json, id) in
            [(json!({ "messageid": 1 }), "1"), (json!([{ "messageid": 1 }, { "messageid": 2 }]), "1"), (json!([]), "")]
        {
            let reply: OneOrMore<ScheduledMessageResponse> = read(json).unwrap();
            assert_eq!(reply.first().messageid, id);
        }
        assert!(read::<OneOrMore<ScheduledMessageResponse>>(json!("no")).is_err());
    }

    #[test]
    fn a_body_has_what_was_set_in_the_spelling_of_the_api() {
        let message = Message::new("Us", "447777777777", "Hi");
        for (body, json) in [
            (serde_json::to_value(&message), json!({ "sender": "Us", "destination": "447777777777", "content": "Hi" })),
            (
                serde_json::to_value(
                    message
                        .clone()
                        .deliveryreporturl("https://x.example")
                        .responseemail(vec!["a@x.example".into()])
                        .ai(true),
                ),
                json!({
                    "sender": "Us", "destination": "447777777777", "content": "Hi",
                    "deliveryreporturl": "https://x.example", "responseemail": ["a@x.example"], "ai": true,
                }),
            ),
            (
                serde_json::to_value(ScheduledBatch::new(BatchMessage::new("Us", ["1", "2"], "Hi").validity(60), "at")),
                json!({ "sender": "Us", "destinations": ["1", "2"], "content": "Hi", "validity": 60, "schedule": "at" }),
            ),
            (serde_json::to_value(Query::new()), json!({})),
            (
                serde_json::to_value(Query::new().credits(0.5).metadata(vec![MetaData::new("k", "v")]).unread(true)),
                json!({ "credits": 0.5, "metadata": [{ "key": "k", "value": "v" }], "unread": true }),
            ),
            (
                serde_json::to_value(Otp::new("447777777777").passcode("123").template("{{passcode}}")),
                json!({ "destination": "447777777777", "passcode": "123", "template": "{{passcode}}" }),
            ),
        ] {
            assert_eq!(body.unwrap(), json);
        }
    }
}
