use leptos::prelude::*;

use crate::components::SheetPage;

#[component]
pub(crate) fn ComposePage() -> impl IntoView {
    view! { <SheetPage>{"ComposePage"}</SheetPage> }
}
