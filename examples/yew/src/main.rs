//! A page on which the people of one company send texts, with the company's own key and secret.
//!
//! Its requests go to `/v1` of the server that the page comes from, which passes them on to the API.

use smsworks_wasm::{ClientOptions, Login, Message, SmsWorks, SmsWorksOptions, segments};
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlInputElement, HtmlTextAreaElement, window};
use yew::prelude::*;

fn main() {
    yew::Renderer::<App>::new().render();
}

#[component]
fn App() -> Html {
    let client = use_state(|| None::<SmsWorks>);
    let sign_in = {
        let client = client.clone();
        Callback::from(move |sms| client.set(Some(sms)))
    };
    html! {
        <>
            <h1>{ "Texts" }</h1>
            if let Some(sms) = (*client).clone() {
                // Any component below gets the client, and the token that it keeps.
                <ContextProvider<SmsWorks> context={sms}>
                    <Desk />
                </ContextProvider<SmsWorks>>
            } else {
                <SignIn {sign_in} />
            }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct SignInProps {
    sign_in: Callback<SmsWorks>,
}

#[component]
fn SignIn(SignInProps { sign_in }: &SignInProps) -> Html {
    let (key, secret) = (use_node_ref(), use_node_ref());
    let onsubmit = {
        let (key, secret, sign_in) = (key.clone(), secret.clone(), sign_in.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let value =
                |input: &NodeRef| input.cast::<HtmlInputElement>().map(|input| input.value()).unwrap_or_default();
            let server = window().and_then(|window| window.location().origin().ok()).unwrap_or_default() + "/v1";
            let options = SmsWorksOptions::default()
                .client(ClientOptions::default().base_url(server))
                .credentials(Login::new(value(&key), value(&secret)));
            sign_in.emit(SmsWorks::with_options(options));
        })
    };
    html! {
        <form {onsubmit}>
            <label>{ "API key " }<input ref={key} required=true /></label>
            <label>{ "API secret " }<input type="password" ref={secret} required=true /></label>
            <button>{ "Sign in" }</button>
        </form>
    }
}

#[component]
fn Desk() -> Html {
    let sms = use_context::<SmsWorks>().expect("a client above");
    let status = use_state(String::new);
    let is_sending = use_state(|| false);
    let sent = use_state(|| 0);
    let send = {
        let (status, is_sending, sent) = (status.clone(), is_sending.clone(), sent.clone());
        Callback::from(move |message: Message| {
            let call = sms.messages().send(&message);
            let (status, is_sending, sent) = (status.clone(), is_sending.clone(), sent.clone());
            status.set("Sending…".into());
            is_sending.set(true);
            spawn_local(async move {
                status.set(match call.await {
                    Ok(sent) => format!("Sent as {}", sent.messageid),
                    Err(error) => error.to_string(),
                });
                is_sending.set(false);
                sent.set(*sent + 1);
            });
        })
    };
    html! {
        <>
            <Compose {send} is_sending={*is_sending} />
            <p role="status">{ &*status }</p>
            <Balance sent={*sent} />
        </>
    }
}

#[derive(Properties, PartialEq)]
struct ComposeProps {
    send: Callback<Message>,
    is_sending: bool,
}

#[component]
fn Compose(ComposeProps { send, is_sending }: &ComposeProps) -> Html {
    let (number, content) = (use_state(String::new), use_state(String::new));
    let onsubmit = {
        let (number, content, send) = (number.clone(), content.clone(), send.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            send.emit(Message::new("YourCompany", (*number).clone(), (*content).clone()));
        })
    };
    let set_number = {
        let number = number.clone();
        Callback::from(move |event: InputEvent| number.set(event.target_unchecked_into::<HtmlInputElement>().value()))
    };
    let set_content = {
        let content = content.clone();
        Callback::from(move |event: InputEvent| {
            content.set(event.target_unchecked_into::<HtmlTextAreaElement>().value())
        })
    };
    html! {
        <form {onsubmit}>
            <label>{ "Number " }<input oninput={set_number} value={(*number).clone()} inputmode="numeric" required=true /></label>
            <label>{ "Text " }<textarea oninput={set_content} value={(*content).clone()} required=true /></label>
            <p>{ "Parts: " }<output>{ segments(&content).parts }</output></p>
            // Another click would send the text once more.
            <button disabled={*is_sending}>{ "Send" }</button>
        </form>
    }
}

#[derive(Properties, PartialEq)]
struct BalanceProps {
    /// How many texts were sent: the credits are asked for again after each.
    sent: u32,
}

#[component]
fn Balance(BalanceProps { sent }: &BalanceProps) -> Html {
    let sms = use_context::<SmsWorks>().expect("a client above");
    let credits = use_state(|| "…".to_owned());
    {
        let credits = credits.clone();
        use_effect_with((sms, *sent), move |(sms, _)| {
            let call = sms.credits().balance();
            spawn_local(async move {
                credits.set(match call.await {
                    Ok(reply) => reply.credits.to_string(),
                    Err(error) => error.to_string(),
                });
            });
        });
    }
    html! { <p>{ "Credits: " }{ &*credits }</p> }
}
