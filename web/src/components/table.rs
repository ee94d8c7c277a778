use leptos::prelude::*;

/// A table that turns into cards where it is narrow. Its children are `thead` and `tbody`; one child
/// a `td data-label`, which repeats the heading. The first cell of a row has `data-lead`.
#[component]
pub(crate) fn TableFrame(
    /// What the rows are, for those who do not see the heading above.
    #[prop(into)]
    caption: TextProp,
    children: Children,
    /// Below the rows: how many, more.
    #[prop(optional, into)]
    foot: Option<ViewFn>,
) -> impl IntoView {
    view! {
        <div class="table-wrap">
            <table class="table" data-stack="" role="table">
                <caption class="visually-hidden">{move || caption.get()}</caption>
                {children()}
            </table>
            {foot.map(|foot| view! { <div class="table-foot">{foot.run()}</div> })}
        </div>
    }
}
