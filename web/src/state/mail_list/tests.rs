use super::*;
use zegel_client::view::Condition;

fn id(number: u16) -> MessageId {
    let mut bytes = [0; 16];
    bytes[..2].copy_from_slice(&number.to_be_bytes());
    MessageId::from(bytes)
}

fn row(number: u16) -> MessageRowView {
    MessageRowView {
        message: id(number),
        conversation: [1; 16].into(),
        folder: Folder::Inbox,
        correspondents: String::new(),
        subject: String::new(),
        snippet: String::new(),
        attachments: 0,
        sent_at_ms: 0,
        received_at_ms: 0,
        read: false,
        starred: false,
        answered_by: None,
        answering: None,
        condition: Condition::Authentic,
    }
}

/// A server's folder: its rows, newest first.
#[derive(Clone)]
struct Server(Vec<u16>);

impl Server {
    fn counting_down(from: u16) -> Self {
        Self((1..=from).rev().collect())
    }

    fn page(&self, skip: usize, rows: usize) -> MessagePageView {
        let end = (skip + rows).min(self.0.len());
        let shown = self.0.get(skip..end).unwrap_or_default();
        MessagePageView {
            rows: shown.iter().copied().map(row).collect(),
            next: (end < self.0.len()).then(|| "more".to_owned()),
            unread: 0,
            total: u32::try_from(self.0.len()).ok(),
        }
    }

    /// Loads what is wanted of those places, page after page; answers after how many.
    fn load(&self, list: &mut MailList, places: Range<usize>) -> usize {
        for pages in 0..9 {
            let Some(place) = list.wanted(places.clone()) else {
                return pages;
            };
            let above = list.before(place).and(place.checked_sub(1));
            let page = match above.and_then(|above| list.at(above)) {
                // By the key of the row above, wherever it is by now.
                Some(above) => {
                    let at = self
                        .0
                        .iter()
                        .position(|number| id(*number) == above.message);
                    MessagePageView {
                        total: None,
                        ..self.page(at.expect("it is there still") + 1, PAGE)
                    }
                }
                None => self.page(list.skip(place), PAGE),
            };
            list.put(list.skip(place), page, None);
        }
        panic!("the list never comes to rest: {list:?}");
    }
}

fn page(numbers: &[u16], total: u32) -> MessagePageView {
    let more = usize::try_from(total).expect("few") > numbers.len();
    MessagePageView {
        rows: numbers.iter().copied().map(row).collect(),
        next: more.then(|| "more".to_owned()),
        unread: 0,
        total: Some(total),
    }
}

fn list(numbers: &[u16]) -> MailList {
    let mut list = MailList::default();
    list.put(
        0,
        page(numbers, u32::try_from(numbers.len()).expect("few")),
        None,
    );
    list
}

/// The rows of those places; zero where none is loaded.
fn shown(list: &MailList, places: Range<usize>) -> Vec<u16> {
    let number = |place| {
        list.at(place).map_or(0, |row| {
            let bytes = row.message.as_bytes();
            u16::from_be_bytes([bytes[0], bytes[1]])
        })
    };
    places.map(number).collect()
}

fn all(list: &MailList) -> Vec<u16> {
    shown(list, 0..list.len())
}

/// Every loaded row stands where the server has it.
fn check(list: &MailList, server: &Server) {
    assert_eq!(list.len(), server.0.len());
    for (place, row) in list.loaded() {
        assert_eq!(row.message, id(server.0[place]), "at {place}");
        assert_eq!(list.place(row.message), Some(place));
    }
}

#[test]
fn one_page_says_how_long_the_list_is() {
    for number in [0, 1, 30, 31, 60_000] {
        let server = Server::counting_down(number);
        let mut list = MailList::default();
        list.put(0, server.page(0, PAGE), None);
        check(&list, &server);
        assert_eq!(list.is_empty(), number == 0);
        assert_eq!(list.loaded().count(), usize::from(number.min(30)));
    }
}

#[test]
fn any_place_is_there_after_one_page() {
    let server = Server::counting_down(60_000);
    let mut list = MailList::default();
    list.put(0, server.page(0, PAGE), None);
    for places in [30_000..30_010, 59_990..60_010, 25..40, 29_990..30_005] {
        assert_eq!(server.load(&mut list, places.clone()), 1, "{places:?}");
        check(&list, &server);
    }
    assert_eq!(server.load(&mut list, 0..30), 0);
    assert_eq!(list.loaded().count(), 130);
}

#[test]
fn who_scrolls_up_gets_the_rows_above() {
    let server = Server::counting_down(500);
    let mut list = MailList::default();
    list.put(200, server.page(200, PAGE), None);
    assert_eq!(list.wanted(190..210), Some(170));
    assert_eq!(list.wanted(205..240), Some(230));
    assert_eq!(list.wanted(200..230), None);
    assert_eq!(list.wanted(490..700), Some(490));
}

#[test]
fn new_mail_shifts_what_is_loaded() {
    let mut server = Server::counting_down(500);
    let mut list = MailList::default();
    list.put(0, server.page(0, PAGE), None);
    server.load(&mut list, 300..310);
    server.0.splice(0..0, [900, 901]);
    let head = server.page(0, PAGE);
    assert_eq!(list.news(&head), 2);
    list.merge(head, 0, None);
    check(&list, &server);
    assert_eq!(server.load(&mut list, 302..312), 0, "it is there still");
}

#[test]
fn news_wait_above_while_jumps_go_on() {
    let mut server = Server::counting_down(500);
    let mut list = MailList::default();
    list.put(0, server.page(0, PAGE), None);
    server.0.splice(0..0, [900, 901]);
    let head = server.page(0, PAGE);
    list.merge(head.clone(), 2, None);
    assert_eq!(list.len(), 500);
    assert_eq!(shown(&list, 0..3), [500, 499, 498]);
    assert_eq!(list.skip(300), 302);
    server.load(&mut list, 300..310);
    assert_eq!(shown(&list, 300..302), [200, 199]);
    assert_eq!(list.news(&head), 2);
    list.merge(head, 0, None);
    check(&list, &server);
}

#[test]
fn more_news_than_a_page_are_all_counted() {
    let mut server = Server::counting_down(500);
    let mut list = MailList::default();
    list.put(0, server.page(0, PAGE), None);
    server.0.splice(0..0, 900..940);
    let head = server.page(0, PAGE);
    assert_eq!(list.news(&head), 40);
    let mut waiting = list.clone();
    waiting.merge(head.clone(), 40, None);
    assert_eq!(waiting.len(), 500);
    assert_eq!(shown(&waiting, 0..2), [500, 499]);
    list.merge(head, 0, None);
    check(&list, &server);
    server.load(&mut list, 20..80);
    check(&list, &server);
}

#[test]
fn a_page_that_does_not_fit_is_put_right() {
    let server = Server::counting_down(500);
    let mut list = MailList::default();
    list.put(0, server.page(0, PAGE), None);
    server.load(&mut list, 300..310);
    server.load(&mut list, 400..410);
    let mut deleted = server.clone();
    deleted.0.drain(100..103);
    let mut arrived = server.clone();
    arrived.0.splice(0..0, [900, 901, 902]);
    let mut both = arrived.clone();
    both.0.drain(350..353);
    let mut emptied = server.clone();
    emptied.0.truncate(45);
    for changed in [deleted, arrived, both, emptied] {
        let mut list = list.clone();
        // The server says that something changed; one looks at the middle, then up and down.
        list.merge(changed.page(0, PAGE), 0, None);
        for places in [320..335, 0..10, 295..310, 395..410, 480..500] {
            changed.load(&mut list, places.clone());
            assert_eq!(list.len(), changed.0.len());
            for place in places.start..places.end.min(list.len()) {
                let row = list.at(place).map(|row| row.message);
                assert_eq!(row, Some(id(changed.0[place])), "at {place}");
            }
        }
    }
}

#[test]
fn what_left_the_folder_leaves_the_list() {
    let mut list = list(&[5, 4, 3, 2]);
    list.merge(page(&[5, 3], 3), 0, None);
    assert_eq!(all(&list), [5, 3, 2]);
    list.merge(page(&[5], 1), 0, None);
    assert_eq!(all(&list), [5]);
    list.merge(page(&[], 0), 0, None);
    assert!(list.is_empty() && list.loaded().next().is_none());
}

#[test]
fn what_came_back_is_where_it_was() {
    let mut list = list(&[5, 3, 2, 1]);
    list.merge(page(&[5, 4, 3], 5), 0, None);
    assert_eq!(all(&list), [5, 4, 3, 2, 1]);
    list.merge(page(&[5, 4, 9], 6), 0, None);
    assert_eq!(all(&list), [5, 4, 9, 3, 2, 1]);
}

#[test]
fn the_message_being_read_stays_when_the_filter_leaves_it_out() {
    let mut list = list(&[3, 2, 1]);
    list.merge(page(&[3, 1], 2), 0, Some(id(2)));
    assert_eq!(all(&list), [3, 2, 1]);
    assert_eq!((list.skip(1), list.skip(2)), (1, 1));
    list.merge(page(&[4, 3, 1], 3), 0, Some(id(2)));
    assert_eq!(all(&list), [4, 2, 3, 1]);
    list.merge(page(&[4, 3, 1], 3), 0, None);
    assert_eq!(all(&list), [4, 3, 1]);
}

#[test]
fn a_server_that_sends_less_than_it_says_ends_the_list() {
    let mut list = MailList::default();
    list.put(0, page(&[3, 2, 1], 4_000_000_000), None);
    let end = MessagePageView {
        total: Some(4_000_000_000),
        ..MessagePageView::default()
    };
    list.put(3, end, None);
    assert_eq!(all(&list), [3, 2, 1]);
}

#[test]
fn marks_answer_what_they_changed() {
    let mut list = list(&[1, 2]);
    assert_eq!(list.mark(&[id(1), id(7)], Some(true), None), [id(1)]);
    assert!(list.mark(&[id(1)], Some(true), Some(false)).is_empty());
    assert_eq!(list.mark(&[id(1)], None, Some(true)), [id(1)]);
    assert!(list.row(id(1)).is_some_and(|row| row.read && row.starred));
}

#[test]
fn taken_rows_go_back_to_their_places() {
    let mut list = list(&[5, 4, 3, 2, 1]);
    let taken = list.take(&[id(5), id(3), id(2)]);
    assert_eq!(all(&list), [4, 1]);
    assert_eq!(taken.rows.len(), 3);
    list.put_back(taken.clone());
    assert_eq!(all(&list), [5, 4, 3, 2, 1]);
    list.put_back(taken);
    assert_eq!(all(&list), [5, 4, 3, 2, 1], "twice is once");
}

#[test]
fn rows_are_taken_from_among_those_that_are_not_loaded() {
    let mut server = Server::counting_down(500);
    let mut list = MailList::default();
    list.put(0, server.page(0, PAGE), None);
    server.load(&mut list, 300..310);
    let before = list.clone();
    let taken = list.take(&[id(500), id(200), id(199)]);
    let gone = server.clone();
    server.0.retain(|number| ![500, 200, 199].contains(number));
    check(&list, &server);
    list.put_back(taken);
    assert_eq!(list, before);
    check(&list, &gone);
}

#[test]
fn moving_stops_at_the_ends() {
    let list = list(&[1, 2]);
    assert_eq!(list.neighbour(None, 1), Some(0));
    assert_eq!(list.neighbour(Some(id(1)), 1), Some(1));
    assert_eq!(list.neighbour(Some(id(2)), 1), None);
    assert_eq!(list.neighbour(Some(id(1)), -1), None);
    assert_eq!(MailList::default().neighbour(None, 1), None);
}

#[test]
fn reading_goes_on_below_else_above() {
    let list = list(&[3, 2, 1]);
    assert_eq!(list.after(&[id(3), id(2)], id(3)), Some(id(1)));
    assert_eq!(list.after(&[id(1), id(2)], id(1)), Some(id(3)));
    assert_eq!(list.after(&[id(3), id(2), id(1)], id(2)), None);
}

#[test]
fn a_move_is_taken_back_to_where_it_came_from() {
    assert_eq!(
        way_back(Folder::Sent),
        Folder::Inbox,
        "which the server reads as back"
    );
    assert_eq!(way_back(Folder::Archive), Folder::Archive);
    assert_eq!(way_back(Folder::Trash), Folder::Trash);
}
