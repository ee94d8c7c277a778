use leptos::prelude::*;

use crate::components::SheetPage;

#[component]
pub(crate) fn NewOrganisationPage() -> impl IntoView {
    view! { <SheetPage>{"NewOrganisationPage"}</SheetPage> }
}
