//! Messages that are not sent yet.

use leptos::prelude::*;
use leptos::task::spawn_local;
use zegel_client::view::{DraftView, Failure};
use zegel_protocol::{AccountId, DraftId};

use crate::components::{
    Avatar, Badge, Banner, Button, EmptyState, IconButton, Tone, Variant, use_title,
};
use crate::i18n::{self, common, errors, fill, mail as tx, t};
use crate::pages::compose::delete_draft;
use crate::pages::inbox::SkeletonRows;
use crate::routes::{self, Compose, Whose};
use crate::state::mailboxes::Acting;
use crate::state::paged::Paged;
use crate::state::plain_text::one_line;
use crate::state::{App, browser};
use crate::worker::{call, messages::ListDrafts};

/// The drafts of one account.
#[derive(Clone, Copy)]
struct Drafts {
    app: App,
    account: AccountId,
    whose: Whose,
    list: RwSignal<Paged<DraftView>>,
    failure: RwSignal<Option<Failure>>,
    loading: RwSignal<bool>,
}

impl Drafts {
    fn refresh(self) {
        let before = self.list.with_untracked(|list| list.items.len());
        spawn_local(async move {
            let mut fresh = Paged::default();
            // As many as were shown, so that nothing under the pointer goes away.
            loop {
                match self.page(fresh.next.clone()).await {
                    Ok(page) => fresh.append(page.drafts, page.next),
                    Err(failure) => {
                        let _ = self.failure.try_set(Some(failure));
                        return;
                    }
                }
                if !fresh.wants_more(before) {
                    break;
                }
            }
            if self.list.try_set(fresh).is_none() {
                self.failure.set(None);
            }
        });
    }

    fn load_more(self) {
        let next = self.list.with_untracked(|list| list.next.clone());
        if next.is_none() || self.loading.get_untracked() {
            return;
        }
        self.loading.set(true);
        spawn_local(async move {
            let outcome = self.page(next).await;
            if self.loading.try_set(false).is_some() {
                return;
            }
            match outcome {
                Ok(page) => self.list.update(|list| list.append(page.drafts, page.next)),
                Err(failure) => self.failure.set(Some(failure)),
            }
        });
    }

    async fn page(
        self,
        before: Option<String>,
    ) -> Result<zegel_client::view::DraftPageView, Failure> {
        let mailbox = self.account;
        call(ListDrafts { mailbox, before }).await
    }

    fn delete(self, draft: DraftView) {
        self.list
            .update(|list| list.items.retain(|one| one.draft != draft.draft));
        browser::after_render(|| browser::focus_id("list-title"));
        delete_draft(self.app, self.account, draft);
    }
}

/// The list of drafts; each opens for writing.
#[component]
pub(crate) fn DraftsPage() -> impl IntoView {
    let app = App::expect();
    let acting = Acting::expect();
    let drafts = Drafts {
        app,
        account: acting.account,
        whose: acting.whose,
        list: RwSignal::new(Paged::default()),
        failure: RwSignal::new(None),
        loading: RwSignal::new(false),
    };
    let title = move || {
        if !acting.is_other() {
            return common::DRAFTS.get().to_owned();
        }
        let account = one_line(&acting.name());
        fill(
            tx::FOLDER_OF,
            &[("folder", common::DRAFTS.get()), ("account", &account)],
        )
    };
    use_title(title);
    let changes = Memo::new(move |_| app.mailboxes.changes(drafts.account));
    Effect::new(move || {
        let _ = changes.get();
        drafts.refresh();
    });
    view! {
        <main class="sheet mail-sheet" id="main" tabindex="-1" data-view="list">
            <section class="pane list-pane" aria-labelledby="list-title">
                <div class="list-top">
                    <div class="list-head">
                        <h1 id="list-title" tabindex="-1">
                            {title}
                        </h1>
                    </div>
                </div>
                <div class="pane-scroll" tabindex="0" role="region" aria-label=t(common::DRAFTS)>
                    <Content drafts=drafts />
                </div>
            </section>
            <section class="pane reader">
                <Show when=move || drafts.list.with(|list| !list.items.is_empty())>
                    <EmptyState
                        icon="edit"
                        title=TextProp::from(t(tx::CHOOSE_DRAFT))
                        text=TextProp::from(t(tx::CHOOSE_DRAFT_HINT))
                    />
                </Show>
            </section>
        </main>
    }
}

#[component]
fn Content(drafts: Drafts) -> impl IntoView {
    let state = Memo::new(move |_| drafts.list.with(|list| (list.loaded, list.is_empty())));
    let problem = move || {
        drafts.failure.get().map(|failure| {
            view! {
                <Banner tone=Tone::Danger title=move || errors::failure(&failure)>
                    <Button size="small" on_press=move |()| drafts.refresh()>
                        {t(common::TRY_AGAIN)}
                    </Button>
                </Banner>
            }
        })
    };
    let content = move || match state.get() {
        (false, _) if drafts.failure.with(Option::is_some) => ().into_any(),
        (false, _) => view! { <SkeletonRows /> }.into_any(),
        (true, true) => view! {
            <EmptyState
                icon="file"
                title=TextProp::from(t(tx::DRAFTS_EMPTY))
                text=TextProp::from(t(tx::DRAFTS_EMPTY_HINT))
            />
        }
        .into_any(),
        (true, false) => view! {
            <ul>
                <For each=move || ids(drafts) key=|draft| *draft let:draft>
                    <Row drafts=drafts draft=draft />
                </For>
            </ul>
            <Show when=move || drafts.list.with(|list| list.next.is_some())>
                <div class="mail-more">
                    <Button
                        variant=Variant::Quiet
                        busy=drafts.loading
                        on_press=move |()| drafts.load_more()
                    >
                        {t(common::LOAD_MORE)}
                    </Button>
                </div>
            </Show>
        }
        .into_any(),
    };
    view! {
        <div class="mail-list">
            {problem}
            {content}
        </div>
    }
}

fn ids(drafts: Drafts) -> Vec<DraftId> {
    drafts
        .list
        .with(|list| list.items.iter().map(|draft| draft.draft).collect())
}

#[component]
fn Row(drafts: Drafts, draft: DraftId) -> impl IntoView {
    let view = Memo::new(move |before: Option<&Option<DraftView>>| {
        let now = drafts
            .list
            .with(|list| list.items.iter().find(|one| one.draft == draft).cloned());
        now.or_else(|| before.cloned().flatten())
    });
    let own = drafts.app.session.with_untracked(|session| {
        session
            .as_ref()
            .map(|session| session.address.to_string())
            .unwrap_or_default()
    });
    let with = move |read: fn(&DraftView) -> String| {
        view.with(|view| view.as_ref().map(read).unwrap_or_default())
    };
    let to = Memo::new(move |_| with(|view| one_line(&view.content.to.join(", "))));
    let recipients = move || {
        to.with(|to| {
            if to.is_empty() {
                tx::NO_RECIPIENTS.get().to_owned()
            } else {
                to.clone()
            }
        })
    };
    let subject = move || match with(|view| one_line(&view.content.subject)) {
        subject if subject.trim().is_empty() => tx::NO_SUBJECT.get().to_owned(),
        subject => subject,
    };
    let preview = move || {
        with(|view| {
            let start: String = view.content.text.chars().take(200).collect();
            one_line(&start)
        })
    };
    let edited_at_ms = move || view.with(|view| view.as_ref().map_or(0, |view| view.edited_at_ms));
    let earlier_key =
        Memo::new(move |_| view.with(|view| view.as_ref().is_some_and(|view| view.earlier_key)));
    let editor = Memo::new(move |_| {
        let name = with(|view| one_line(&view.edited_by));
        // Who could have written it is not said by the server alone.
        (!earlier_key.get() && !name.is_empty() && name != own).then_some(name)
    });
    let files = Memo::new(move |_| {
        view.with(|view| {
            view.as_ref()
                .map_or(0, |view| view.content.attachments.len())
        })
    });
    let files_text = move || match files.get() {
        1 => tx::FILES_ONE.get().to_owned(),
        count => t!(tx::FILES_MANY, count = count)(),
    };
    view! {
        <li class="mail-item">
            <a class="mail-row" href=routes::compose(drafts.whose, &Compose::Draft(draft))>
                <Avatar name=to />
                <span class="mail-from">
                    <bdi>{recipients}</bdi>
                </span>
                <time class="mail-time" datetime=move || browser::iso(edited_at_ms())>
                    {move || i18n::short_time(edited_at_ms())}
                </time>
                <span class="mail-subject">
                    <bdi>{subject}</bdi>
                </span>
                <span class="mail-preview">
                    <bdi>{preview}</bdi>
                </span>
                <Show when=move || {
                    earlier_key.get() || editor.with(Option::is_some) || { files.get() > 0 }
                }>
                    <span class="mail-marks">
                        <Show when=move || earlier_key.get()>
                            <Badge
                                tone=Tone::Warn
                                icon="warn"
                                text=TextProp::from(t(tx::CHECK_DRAFT))
                            />
                        </Show>
                        {move || {
                            editor
                                .get()
                                .map(|name| {
                                    view! {
                                        <Badge
                                            tone=Tone::Info
                                            icon="edit"
                                            text=t!(tx::EDITED_BY, name = name)
                                        />
                                    }
                                })
                        }}
                        <Show when=move || { files.get() > 0 }>
                            <Badge icon="clip" text=TextProp::from(files_text) />
                        </Show>
                    </span>
                </Show>
            </a>
            <span class="mail-star">
                <IconButton
                    name="trash"
                    small=true
                    danger=true
                    label=t!(tx::DELETE_DRAFT_ROW, subject = subject())
                    on_press=move |()| {
                        if let Some(draft) = view.get_untracked() {
                            drafts.delete(draft);
                        }
                    }
                />
            </span>
        </li>
    }
}
