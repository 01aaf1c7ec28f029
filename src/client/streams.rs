//! Requests that follow each other, as streams.

use std::{
    collections::HashSet,
    fmt,
    future::{Future, poll_fn},
    pin::Pin,
    task::{Context, Poll, ready},
    vec,
};

use futures_core::{FusedStream, Stream};

use super::{Batches, ClientOptions, Messages, PendingCall, pending_call::call_options};
use crate::{
    Error,
    platform::{local::HAS_RUNTIME, web},
    rules::operations::{BatchMessage, BatchMessageResponse, MessageResponse, Query, SentBatch},
};

/// The most texts of a page (`POST /messages` in the API's description).
const LONGEST_PAGE: u32 = 1000;
/// The most destinations of a batch (`POST /batch/send` there).
const LARGEST_BATCH: usize = 5000;

/// Every text that a query applies to: [`Messages::all`]. It is a [`Stream`], and has a [`next`](Self::next) that needs no other
/// crate.
///
/// ```no_run
/// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
/// use futures_core::Stream;
/// use smsworks_wasm::Query;
///
/// fn is_a_stream(_: &impl Stream) {}
/// let mut all = sms.messages().all(&Query::new());
/// is_a_stream(&all);
/// let first = all.next().await.transpose()?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a stream makes requests when it is asked for its next item"]
pub struct AllMessages {
    messages: Messages,
    options: ClientOptions,
    query: Query,
    /// The ids that were given: a text that comes or goes meanwhile moves the others from page to page.
    known: HashSet<String>,
    found: u32,
    page: vec::IntoIter<MessageResponse>,
    call: Option<PendingCall<Vec<MessageResponse>>>,
    is_over: bool,
}

impl AllMessages {
    pub(super) fn new(messages: Messages, options: ClientOptions, query: Query) -> Self {
        let (known, page) = (HashSet::new(), Vec::new().into_iter());
        Self { messages, options, query, known, found: 0, page, call: None, is_over: false }
    }

    call_options!();

    /// The next text, or `None` after the last.
    ///
    /// # Errors
    ///
    /// Those of [`Messages::search`]. After an error, the stream ends.
    pub async fn next(&mut self) -> Option<Result<MessageResponse, Error>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    fn limit(&self) -> u32 {
        self.query.limit.unwrap_or(LONGEST_PAGE).min(LONGEST_PAGE)
    }

    /// Asks for the next page.
    fn ask(&mut self) -> PendingCall<Vec<MessageResponse>> {
        if self.query.to.is_none() && HAS_RUNTIME {
            self.query.to = web::now_iso();
        }
        let skip = self.query.skip.unwrap_or_default().saturating_add(self.found);
        let mut call = self.messages.search(&self.query.clone().limit(self.limit()).skip(skip));
        call.options = self.options.clone();
        call
    }
}

impl Stream for AllMessages {
    type Item = Result<MessageResponse, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            for message in this.page.by_ref() {
                // A text without an id equals no other: the API does not promise one.
                if message.messageid.is_empty() || this.known.insert(message.messageid.clone()) {
                    return Poll::Ready(Some(Ok(message)));
                }
            }
            if this.is_over {
                return Poll::Ready(None);
            }
            let mut call = this.call.take().unwrap_or_else(|| this.ask());
            let Poll::Ready(page) = Pin::new(&mut call).poll(cx) else {
                this.call = Some(call);
                return Poll::Pending;
            };
            let page = match page {
                Ok(page) => page,
                Err(error) => {
                    this.is_over = true;
                    return Poll::Ready(Some(Err(error)));
                }
            };
            let length = u32::try_from(page.len()).unwrap_or(u32::MAX);
            this.found = this.found.saturating_add(length);
            this.is_over = length == 0 || length < this.limit();
            this.page = page.into_iter();
        }
    }
}

/// The batches that a text is sent in: [`Batches::send_all`]. It is a [`Stream`], and has a [`next`](Self::next) that needs no other
/// crate.
///
/// ```no_run
/// # async fn example(sms: smsworks_wasm::SmsWorks) -> Result<(), smsworks_wasm::Error> {
/// use std::time::Duration;
///
/// use smsworks_wasm::BatchMessage;
///
/// let batch = BatchMessage::new("YourCompany", ["447777777777"], "We are closed tomorrow");
/// let mut sent = sms.batches().send_all(&batch).timeout(Duration::from_secs(10));
/// let first = sent.next().await.transpose()?;
/// # Ok(())
/// # }
/// ```
#[must_use = "a stream makes requests when it is asked for its next item"]
pub struct SentBatches {
    batches: Batches,
    options: ClientOptions,
    message: BatchMessage,
    left: vec::IntoIter<String>,
    call: Option<PendingCall<BatchMessageResponse>>,
    is_over: bool,
}

impl SentBatches {
    pub(super) fn new(batches: Batches, options: ClientOptions, mut message: BatchMessage) -> Self {
        let left = std::mem::take(&mut message.destinations).into_iter();
        Self { batches, options, message, left, call: None, is_over: false }
    }

    call_options!();

    /// Sends the next batch, and gives it once the API took it; or `None` after the last.
    ///
    /// # Errors
    ///
    /// Those of [`Batches::send`]. After an error, the stream ends: the batch that failed is not sent again, and none after it.
    pub async fn next(&mut self) -> Option<Result<SentBatch, Error>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl Stream for SentBatches {
    type Item = Result<SentBatch, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if this.is_over {
            return Poll::Ready(None);
        }
        if this.call.is_none() {
            this.message.destinations = this.left.by_ref().take(LARGEST_BATCH).collect();
            if this.message.destinations.is_empty() {
                this.is_over = true;
                return Poll::Ready(None);
            }
            let mut call = this.batches.send(&this.message);
            call.options = this.options.clone();
            this.call = Some(call);
        }
        let Some(call) = &mut this.call else { return Poll::Ready(None) };
        let sent = ready!(Pin::new(call).poll(cx));
        this.call = None;
        this.is_over = sent.is_err();
        Poll::Ready(Some(sent.map(|BatchMessageResponse { batchid, status, .. }| {
            let destinations = std::mem::take(&mut this.message.destinations);
            SentBatch { batchid, status, destinations }
        })))
    }
}

impl FusedStream for AllMessages {
    fn is_terminated(&self) -> bool {
        self.is_over && self.page.len() == 0
    }
}

impl FusedStream for SentBatches {
    fn is_terminated(&self) -> bool {
        self.is_over
    }
}

impl fmt::Debug for AllMessages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AllMessages").field("found", &self.found).finish_non_exhaustive()
    }
}

impl fmt::Debug for SentBatches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SentBatches").field("left", &self.left.len()).finish_non_exhaustive()
    }
}
