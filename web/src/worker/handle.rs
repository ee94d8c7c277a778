use std::cell::RefCell;
use std::collections::HashMap;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use wasm_bindgen::prelude::*;
use web_sys::MessageEvent;
use zegel_client::view::{Failure, Reason, SessionView};
use zegel_protocol::AccountId;

use super::messages::{Call, FromWorker, Progress, ToWorker};
use super::script::open_worker;

/// What the worker says without being asked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Event {
    /// The session ended by itself.
    SessionEnded,
    /// The account key left the memory.
    Locked,
    /// Mail, marks or drafts of a mailbox changed, here or elsewhere.
    MailChanged(AccountId),
    /// The accounts that the user can act as changed.
    AccessChanged,
    /// The own account changed: membership, role or adoption.
    AccountChanged(Box<SessionView>),
}

/// A call on its way.
#[derive(Default)]
struct Slot {
    outcome: Option<Result<String, Failure>>,
    waker: Option<Waker>,
    progress: Option<Rc<dyn Fn(Progress)>>,
}

/// The worker and the calls on their way to it.
struct Link {
    worker: web_sys::Worker,
    state: LinkState,
    last_call: u32,
    slots: HashMap<u32, Slot>,
}

enum LinkState {
    /// The module still loads: a message posted now would be lost.
    Loading(Vec<String>),
    Ready,
    Broken,
}

thread_local! {
    static LINK: RefCell<Option<Link>> = const { RefCell::new(None) };
}

/// Starts the worker. Calls made before it can take them wait.
///
/// # Errors
/// The browser's own exception where it cannot start a module worker.
pub(crate) fn start(on_event: impl Fn(Event) + 'static) -> Result<(), JsValue> {
    let worker = open_worker("crypto")?;

    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let Some(text) = event.data().as_string() else {
            super::beside::receive(&event.data());
            return;
        };
        match serde_json::from_str(&text) {
            Ok(FromWorker::SessionEnded) => on_event(Event::SessionEnded),
            Ok(FromWorker::Locked) => on_event(Event::Locked),
            Ok(FromWorker::MailChanged(mailbox)) => on_event(Event::MailChanged(mailbox)),
            Ok(FromWorker::AccessChanged) => on_event(Event::AccessChanged),
            Ok(FromWorker::AccountChanged(session)) => on_event(Event::AccountChanged(session)),
            Ok(message) => {
                if is_signed_out(&message) {
                    on_event(Event::SessionEnded);
                } else if is_without_access(&message) {
                    on_event(Event::AccessChanged);
                }
                receive(message);
            }
            Err(_) => break_link(),
        }
    });
    worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();

    let on_error = Closure::<dyn Fn()>::new(break_link);
    worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    on_error.forget();

    LINK.set(Some(Link {
        worker,
        state: LinkState::Loading(Vec::new()),
        last_call: 0,
        slots: HashMap::new(),
    }));
    Ok(())
}

/// Has the worker run a flow.
///
/// # Errors
/// Why the flow stopped; [`Reason::Internal`] where the worker itself broke.
pub(crate) async fn call<C: Call>(command: C) -> Result<C::Reply, Failure> {
    answer::<C>(post(command, None)?).await
}

/// Like [`call`], and reports what happens meanwhile.
///
/// # Errors
/// As [`call`].
pub(crate) async fn call_with_progress<C: Call>(
    command: C,
    progress: impl Fn(Progress) + 'static,
) -> Result<C::Reply, Failure> {
    answer::<C>(post(command, Some(Rc::new(progress)))?).await
}

async fn answer<C: Call>(call: u32) -> Result<C::Reply, Failure> {
    let reply = poll_fn(|context| {
        LINK.with_borrow_mut(|link| {
            let slot = link.as_mut().and_then(|link| link.slots.get_mut(&call));
            match slot {
                None => Poll::Ready(Err(broken())),
                Some(slot) => match slot.outcome.take() {
                    Some(outcome) => Poll::Ready(outcome),
                    None => {
                        slot.waker = Some(context.waker().clone());
                        Poll::Pending
                    }
                },
            }
        })
    })
    .await;
    LINK.with_borrow_mut(|link| {
        if let Some(link) = link {
            link.slots.remove(&call);
        }
    });
    serde_json::from_str(&reply?).map_err(|_| broken())
}

fn post<C: Call>(command: C, progress: Option<Rc<dyn Fn(Progress)>>) -> Result<u32, Failure> {
    LINK.with_borrow_mut(|link| {
        let link = link.as_mut().ok_or_else(broken)?;
        link.last_call += 1;
        let call = link.last_call;
        let text = serde_json::to_string(&ToWorker {
            call,
            command: command.into_command(),
        })
        .map_err(|_| broken())?;
        match &mut link.state {
            LinkState::Loading(waiting) => waiting.push(text),
            LinkState::Ready => {
                link.worker
                    .post_message(&JsValue::from_str(&text))
                    .map_err(|_| broken())?;
            }
            LinkState::Broken => return Err(broken()),
        }
        link.slots.insert(
            call,
            Slot {
                progress,
                ..Slot::default()
            },
        );
        Ok(call)
    })
}

/// Posts what is no call: a file, for the transfer that the next call names.
///
/// # Errors
/// [`Reason::Internal`] where there is no worker (yet).
pub(super) fn post_beside(value: &JsValue) -> Result<(), Failure> {
    LINK.with_borrow(|link| {
        let link = link.as_ref().ok_or_else(broken)?;
        match link.state {
            LinkState::Ready => link.worker.post_message(value).map_err(|_| broken()),
            LinkState::Loading(_) | LinkState::Broken => Err(broken()),
        }
    })
}

/// A call found out that the session ended.
fn is_signed_out(message: &FromWorker) -> bool {
    matches!(message, FromWorker::Failed { failure, .. } if failure.reason == Reason::SignedOut)
}

/// A call found out that an account cannot be acted as any more.
fn is_without_access(message: &FromWorker) -> bool {
    matches!(message, FromWorker::Failed { failure, .. } if failure.reason == Reason::NoAccess)
}

fn receive(message: FromWorker) {
    match message {
        FromWorker::Ready => LINK.with_borrow_mut(|link| {
            let Some(link) = link else { return };
            if let LinkState::Loading(waiting) =
                std::mem::replace(&mut link.state, LinkState::Ready)
            {
                for text in waiting {
                    // A string is always cloneable; only that makes this fail.
                    let _ = link.worker.post_message(&JsValue::from_str(&text));
                }
            }
        }),
        FromWorker::Progress { call, progress } => {
            let listener = LINK.with_borrow(|link| {
                let slot = link.as_ref()?.slots.get(&call)?;
                slot.progress.clone()
            });
            if let Some(listener) = listener {
                listener(progress);
            }
        }
        FromWorker::Done { call, reply } => settle(call, Ok(reply)),
        FromWorker::Failed { call, failure } => settle(call, Err(failure)),
        FromWorker::SessionEnded
        | FromWorker::Locked
        | FromWorker::MailChanged(_)
        | FromWorker::AccessChanged
        | FromWorker::AccountChanged(_) => {}
    }
}

fn settle(call: u32, outcome: Result<String, Failure>) {
    let waker = LINK.with_borrow_mut(|link| {
        let slot = link.as_mut()?.slots.get_mut(&call)?;
        slot.outcome = Some(outcome);
        slot.waker.take()
    });
    if let Some(waker) = waker {
        waker.wake();
    }
}

/// The worker failed to load or fell over: nobody waits for ever.
fn break_link() {
    let wakers: Vec<Waker> = LINK.with_borrow_mut(|link| {
        let Some(link) = link else { return Vec::new() };
        link.state = LinkState::Broken;
        link.slots
            .values_mut()
            .filter_map(|slot| {
                slot.outcome.get_or_insert(Err(broken()));
                slot.waker.take()
            })
            .collect()
    });
    wakers.into_iter().for_each(Waker::wake);
}

const fn broken() -> Failure {
    Failure {
        reason: Reason::Internal,
        field: None,
        retry_after_s: None,
        account: None,
    }
}
