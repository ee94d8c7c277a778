use leptos::prelude::*;

use crate::components::SheetPage;

#[component]
pub(crate) fn AdoptionPage() -> impl IntoView {
    view! { <SheetPage>{"AdoptionPage"}</SheetPage> }
}
