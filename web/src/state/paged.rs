//! A list that the server gives in pages, each naming where the next one starts.

/// How the list stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Paged<T> {
    /// What is loaded.
    pub(crate) items: Vec<T>,
    /// Where the next page starts; absent at the end.
    pub(crate) next: Option<String>,
    /// The first page has arrived.
    pub(crate) loaded: bool,
}

impl<T> Default for Paged<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            next: None,
            loaded: false,
        }
    }
}

impl<T> Paged<T> {
    /// Nothing there, and nothing to come.
    pub(crate) fn is_empty(&self) -> bool {
        self.loaded && self.items.is_empty() && self.next.is_none()
    }

    /// Adds a page.
    pub(crate) fn append(&mut self, items: Vec<T>, next: Option<String>) {
        self.items.extend(items);
        self.next = next;
        self.loaded = true;
    }

    /// A reload that shows as many rows as before needs another page.
    pub(crate) fn wants_more(&self, rows_before: usize) -> bool {
        self.next.is_some() && self.items.len() < rows_before
    }
}

#[cfg(test)]
mod tests {
    use super::Paged;

    #[test]
    fn pages_add_up_and_the_end_is_known() {
        let mut list = Paged::default();
        assert!(!list.is_empty(), "not known before the first page");
        list.append(vec![1, 2], Some("2".into()));
        assert!(list.wants_more(3));
        assert!(!list.wants_more(2));
        list.append(vec![3], None);
        assert_eq!(list.items, [1, 2, 3]);
        assert!(!list.wants_more(9), "there are no more");
    }

    #[test]
    fn an_empty_first_page_is_an_empty_list() {
        let mut list = Paged::<u8>::default();
        list.append(Vec::new(), None);
        assert!(list.is_empty());
    }
}
