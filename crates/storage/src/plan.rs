//! What SQLite's planner does with a statement, for tests.
#![allow(clippy::unwrap_used)]

use sea_orm::{ConnectionTrait as _, DbBackend, QueryTrait, Statement};

use crate::Store;

/// A line for each step.
pub(crate) async fn plan<Q: QueryTrait>(store: &Store, query: Q) -> String {
    let query = query.build(DbBackend::Sqlite);
    let explain = Statement {
        sql: format!("EXPLAIN QUERY PLAN {}", query.sql),
        ..query
    };
    let rows = store.db.query_all_raw(explain).await.unwrap();
    let lines: Vec<String> = rows
        .iter()
        .map(|row| row.try_get("", "detail").unwrap())
        .collect();
    lines.join("\n")
}
