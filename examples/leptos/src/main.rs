//! A page on which the people of one company send texts, with the company's own key and secret.
//!
//! Its requests go to `/v1` of the server that the page comes from, which passes them on to the API.

use leptos::{ev::SubmitEvent, prelude::*};
use smsworks_wasm::{ClientOptions, Login, Message, SmsWorks, SmsWorksOptions, segments};

fn main() {
    mount_to_body(App);
}

#[component]
fn App() -> impl IntoView {
    let client = RwSignal::new(None::<SmsWorks>);
    view! {
        <h1>"Texts"</h1>
        {move || match client.get() {
            Some(sms) => view! { <Desk sms /> }.into_any(),
            None => view! { <SignIn client /> }.into_any(),
        }}
    }
}

#[component]
fn SignIn(client: RwSignal<Option<SmsWorks>>) -> impl IntoView {
    let key = RwSignal::new(String::new());
    let secret = RwSignal::new(String::new());
    let sign_in = move |event: SubmitEvent| {
        event.prevent_default();
        let server = window().location().origin().unwrap_or_default() + "/v1";
        let options = SmsWorksOptions::default()
            .client(ClientOptions::default().base_url(server))
            .credentials(Login::new(key.get(), secret.get()));
        client.set(Some(SmsWorks::with_options(options)));
    };
    view! {
        <form on:submit=sign_in>
            <label>"API key " <input bind:value=key required /></label>
            <label>"API secret " <input type="password" bind:value=secret required /></label>
            <button>"Sign in"</button>
        </form>
    }
}

#[component]
fn Desk(sms: SmsWorks) -> impl IntoView {
    // Any component below gets the client, and the token that it keeps.
    provide_context(sms.clone());
    let sender = sms.clone();
    let send = Action::new(move |message: &Message| {
        let call = sender.messages().send(message);
        async move { call.await }
    });
    view! {
        <Compose send=move |message| { send.dispatch(message); } is_sending=send.pending() />
        <p role="status">
            {move || {
                if send.pending().get() {
                    return "Sending…".to_owned();
                }
                match send.value().get() {
                    None => String::new(),
                    Some(Ok(sent)) => format!("Sent as {}", sent.messageid),
                    Some(Err(error)) => error.to_string(),
                }
            }}
        </p>
        <Balance sent=send.version() />
    }
}

#[component]
fn Compose(send: impl Fn(Message) + 'static, #[prop(into)] is_sending: Signal<bool>) -> impl IntoView {
    let number = RwSignal::new(String::new());
    let content = RwSignal::new(String::new());
    let parts = move || segments(&content.read()).parts;
    view! {
        <form on:submit=move |event| {
            event.prevent_default();
            send(Message::new("YourCompany", number.get(), content.get()));
        }>
            <label>"Number " <input bind:value=number inputmode="numeric" required /></label>
            <label>"Text " <textarea bind:value=content required></textarea></label>
            <p>"Parts: " <output>{parts}</output></p>
            // Another click would send the text once more.
            <button disabled=is_sending>"Send"</button>
        </form>
    }
}

/// The credits that are left, asked for again after each text.
#[component]
fn Balance(#[prop(into)] sent: Signal<usize>) -> impl IntoView {
    let sms = expect_context::<SmsWorks>();
    let balance = Resource::new(move || sent.get(), move |_| sms.credits().balance());
    view! {
        <p>
            "Credits: "
            <Suspense fallback=|| "…">
                {move || balance.get().map(|balance| match balance {
                    Ok(reply) => reply.credits.to_string(),
                    Err(error) => error.to_string(),
                })}
            </Suspense>
        </p>
    }
}
