//! Which rows of a long list are in the page: those in sight and some around them. The others are gaps of their height.

use std::ops::Range;

/// Rows around those in sight that are kept too, so that moving by keyboard finds the next one.
const AROUND: usize = 12;
/// The window moves in steps of so many rows, so that not every pixel changes the page.
const STEP: usize = 6;

/// Rows under one heading: how many, and which of them have badges, which makes them higher.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Group {
    /// How many.
    pub(crate) len: usize,
    /// Places of those with badges, ascending.
    pub(crate) marked: Vec<usize>,
}

/// Heights as the page draws them, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Heights {
    /// A row without badges, or one that is not loaded.
    pub(crate) plain: f64,
    /// A row with badges.
    pub(crate) marked: f64,
    /// The heading of a group.
    pub(crate) heading: f64,
}

impl Default for Heights {
    fn default() -> Self {
        Self {
            plain: 79.0,
            marked: 105.0,
            heading: 36.0,
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "numbers of rows are far below 2^53"
)]
const fn number(rows: usize) -> f64 {
    rows as f64
}

impl Group {
    /// How far below the first row another one begins.
    fn top(&self, place: usize, heights: Heights) -> f64 {
        let marked = self.marked.partition_point(|marked| *marked < place);
        number(place - marked) * heights.plain + number(marked) * heights.marked
    }

    /// The first row that ends below a height; how many there are, where none does.
    fn place(&self, y: f64, heights: Heights) -> usize {
        let (mut low, mut high) = (0, self.len);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.top(middle + 1, heights) > y {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }
}

/// The rows of a group that are in the page.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Window {
    /// By their places in the group.
    pub(crate) rows: Range<usize>,
    /// The gap in the place of the rows above.
    pub(crate) above: f64,
    /// The gap in the place of the rows below.
    pub(crate) below: f64,
}

/// The windows of groups that stand below each other, each under its heading, where the page shows `view` pixels from
/// `top` on.
pub(crate) fn windows(groups: &[Group], heights: Heights, top: f64, view: f64) -> Vec<Window> {
    let mut y = 0.0;
    let mut windows = Vec::new();
    for group in groups {
        if group.len == 0 {
            windows.push(Window::default());
            continue;
        }
        y += heights.heading;
        let first = group.place(top - y, heights);
        let end = group.place(top + view - y, heights);
        let end = (end + 1).min(group.len).max(first);
        // A group out of sight keeps the end that is nearer, for whoever comes by keyboard.
        let first = first.saturating_sub(AROUND) / STEP * STEP;
        let end = ((end + AROUND).div_ceil(STEP) * STEP).min(group.len);
        let all = group.top(group.len, heights);
        windows.push(Window {
            above: group.top(first, heights),
            below: all - group.top(end, heights),
            rows: first..end,
        });
        y += all;
    }
    windows
}

/// How high all groups are together.
pub(crate) fn height(groups: &[Group], heights: Heights) -> f64 {
    let group = |group: &Group| heights.heading + group.top(group.len, heights);
    groups.iter().filter(|group| group.len > 0).map(group).sum()
}

/// Which rows of all groups the page shows.
pub(crate) fn in_sight(groups: &[Group], heights: Heights, top: f64, view: f64) -> Range<usize> {
    let at = |bottom: f64| {
        let mut y = 0.0;
        let mut rows = 0;
        for group in groups.iter().filter(|group| group.len > 0) {
            y += heights.heading;
            let place = group.place(bottom - y, heights);
            rows += place;
            if place < group.len {
                break;
            }
            y += group.top(group.len, heights);
        }
        rows
    };
    let all = groups.iter().map(|group| group.len).sum();
    at(top)..(at(top + view) + 1).min(all)
}

/// How far down the `place`th row of all groups begins, and how high it is.
pub(crate) fn position(groups: &[Group], heights: Heights, place: usize) -> Option<(f64, f64)> {
    let mut y = 0.0;
    let mut left = place;
    for group in groups.iter().filter(|group| group.len > 0) {
        y += heights.heading;
        if left < group.len {
            let top = group.top(left, heights);
            return Some((y + top, group.top(left + 1, heights) - top));
        }
        y += group.top(group.len, heights);
        left -= group.len;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEIGHTS: Heights = Heights {
        plain: 10.0,
        marked: 20.0,
        heading: 5.0,
    };

    fn group(len: usize, marked: &[usize]) -> Group {
        Group {
            len,
            marked: marked.to_vec(),
        }
    }

    #[test]
    fn a_hundred_thousand_rows_are_a_few_in_the_page() {
        let groups = [group(3, &[]), group(0, &[]), group(100_000, &[7, 50_000])];
        for top in [0.0, 400_000.0, 999_950.0] {
            let windows = windows(&groups, HEIGHTS, top, 600.0);
            let shown: usize = windows.iter().map(|window| window.rows.len()).sum();
            assert!(
                shown <= 60 + 3 + 2 * (AROUND + STEP),
                "{shown} rows at {top}"
            );
            let old = &windows[2];
            let rows = &old.rows;
            let drawn = groups[2].top(rows.end, HEIGHTS) - groups[2].top(rows.start, HEIGHTS);
            let all = old.above + old.below + drawn;
            assert!(
                (all - 1_000_020.0).abs() < 0.001,
                "the scroll bar does not move: {all}"
            );
        }
    }

    #[test]
    fn what_is_in_sight_is_in_the_page() {
        let all: Vec<usize> = (0..200).collect();
        let groups = [group(200, &all)];
        assert_eq!(in_sight(&groups, HEIGHTS, 2_005.0, 100.0), 100..106);
        let windows = windows(&groups, HEIGHTS, 2_005.0, 100.0);
        assert!(windows[0].rows.contains(&100) && windows[0].rows.contains(&105));
        assert!(windows[0].rows.start <= 100 - AROUND);
    }

    #[test]
    fn rows_in_sight_are_counted_through_the_groups() {
        let groups = [group(2, &[1]), group(0, &[]), group(50, &[])];
        assert_eq!(in_sight(&groups, HEIGHTS, 0.0, 10.0), 0..1);
        assert_eq!(in_sight(&groups, HEIGHTS, 0.0, 36.0), 0..3);
        assert_eq!(in_sight(&groups, HEIGHTS, 40.0, 20.0), 2..5);
        assert_eq!(in_sight(&groups, HEIGHTS, 9_000.0, 20.0), 52..52);
        assert_eq!(in_sight(&[], HEIGHTS, 0.0, 20.0), 0..0);
    }

    #[test]
    fn rows_are_found_under_their_headings() {
        let groups = [group(2, &[1]), group(0, &[]), group(1, &[])];
        assert_eq!(position(&groups, HEIGHTS, 0), Some((5.0, 10.0)));
        assert_eq!(position(&groups, HEIGHTS, 1), Some((15.0, 20.0)));
        assert_eq!(position(&groups, HEIGHTS, 2), Some((40.0, 10.0)));
        assert_eq!(position(&groups, HEIGHTS, 3), None);
        let all = height(&groups, HEIGHTS);
        assert!((all - 50.0).abs() < 0.001, "{all}");
    }
}
