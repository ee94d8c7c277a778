//! The schema. Times are milliseconds since the Unix epoch; identifiers, hashes, statements and
//! sealed objects are bytes.

mod initial;
mod m0002_access;
mod m0003_mail;
mod m0004_attachments;
mod m0005_search;
mod m0006_lists;
mod m0007_logins;
mod m0008_inventories;

use sea_orm::sea_query::{
    ForeignKey, ForeignKeyAction, ForeignKeyCreateStatement, Index, IndexCreateStatement, IntoIden,
    Table, TableCreateStatement,
};
use sea_orm_migration::{MigrationTrait, MigratorTrait};

pub(crate) struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(initial::Initial),
            Box::new(m0002_access::Access),
            Box::new(m0003_mail::Mail),
            Box::new(m0004_attachments::Attachments),
            Box::new(m0005_search::Search),
            Box::new(m0006_lists::Lists),
            Box::new(m0007_logins::Logins),
            Box::new(m0008_inventories::Inventories),
        ]
    }
}

fn blob_null(name: &'static str) -> sea_orm::sea_query::ColumnDef {
    sea_orm::sea_query::ColumnDef::new(name)
        .blob()
        .null()
        .take()
}

fn key(columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    for column in columns {
        index.col(*column);
    }
    index.primary().take()
}

/// A column that refers to the primary key of another table and goes with its row.
fn refers(
    table: &'static str,
    column: &'static str,
    to: &'static str,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(table, column)
        .to(to, "id")
        .on_delete(ForeignKeyAction::Cascade)
        .take()
}

fn table(name: impl IntoIden + 'static) -> TableCreateStatement {
    Table::create().table(name).take()
}

fn index(name: &'static str, on: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create().name(name).table(on).take();
    for column in columns {
        index.col(*column);
    }
    index
}

#[cfg(test)]
mod tests;
