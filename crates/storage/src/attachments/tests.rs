//! What SQLite's planner does with the statements on attachments.
#![allow(clippy::unwrap_used)]

use sea_orm::UpdateMany;
use zegel_protocol::{AccountId, AttachmentId, Timestamp};

use super::{attachment, dooming, linking};
use crate::{Store, plan::plan};

async fn plan_of(update: UpdateMany<attachment::Entity>) -> String {
    let store = Store::open("sqlite::memory:").await.unwrap();
    plan(&store, update).await
}

/// Passing on one attachment takes as long in a large mailbox as in a small one.
#[tokio::test]
async fn what_is_passed_on_is_found_from_its_attachment() {
    let now = Timestamp(1);
    let plan = plan_of(linking(AccountId([1; 16]), AttachmentId([2; 16]), now)).await;
    for look_up in [
        "(id=?)",
        "message_attachments_by_attachment (attachment=?)",
        "(account=? AND message=?)",
    ] {
        assert!(plan.contains(look_up), "{look_up}: {plan}");
    }
    assert!(!plan.contains("SCAN") && !plan.contains("LIST"), "{plan}");
}

#[tokio::test]
async fn what_no_message_names_is_found_without_reading_all_names() {
    let plan = plan_of(dooming(Timestamp(1))).await;
    assert!(
        plan.contains("message_attachments_by_attachment (attachment=?)"),
        "{plan}"
    );
    assert!(!plan.contains("LIST"), "{plan}");
}
