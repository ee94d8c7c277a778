use leptos::prelude::*;
use leptos_router::components::A;

use crate::components::{EmptyState, use_title};
use crate::i18n::{common, t};
use crate::routes;

/// An address without a page.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    use_title(|| common::NOT_FOUND.get().to_owned());
    view! {
        <main id="main" tabindex="-1">
            <EmptyState
                icon="help"
                title=TextProp::from(t(common::NOT_FOUND))
                text=TextProp::from(t(common::NOT_FOUND_HINT))
            >
                <A href=routes::INBOX attr:class="button">
                    {t(common::TO_INBOX)}
                </A>
            </EmptyState>
        </main>
    }
}
