use leptos::prelude::*;

use crate::components::SheetPage;

#[component]
pub(crate) fn MailPage() -> impl IntoView {
    view! { <SheetPage>{"MailPage"}</SheetPage> }
}
