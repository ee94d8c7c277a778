//! Which rows of a long list are in the page: those in sight and some around them. The others are gaps of their height.

use std::ops::Range;

/// Rows around those in sight that are kept too, so that moving by keyboard finds the next one.
const AROUND: usize = 12;
/// The window moves in steps of so many rows, so that not every pixel changes the page.
const STEP: usize = 6;

/// Heights as the page draws them, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Heights {
    /// A row without badges.
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

impl Heights {
    fn row(self, marked: bool) -> f64 {
        if marked { self.marked } else { self.plain }
    }

    fn rows(self, marked: &[bool]) -> f64 {
        marked.iter().map(|marked| self.row(*marked)).sum()
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
/// `top` on. A row is true where it has badges.
pub(crate) fn windows<'a>(
    groups: impl Iterator<Item = &'a [bool]>,
    heights: Heights,
    top: f64,
    view: f64,
) -> Vec<Window> {
    let mut y = 0.0;
    let mut windows = Vec::new();
    for group in groups {
        if group.is_empty() {
            windows.push(Window::default());
            continue;
        }
        y += heights.heading;
        let mut first = None;
        let mut end = 0;
        for (place, marked) in group.iter().enumerate() {
            let bottom = y + heights.row(*marked);
            if bottom > top && y < top + view {
                first.get_or_insert(place);
                end = place + 1;
            }
            y = bottom;
        }
        // A group out of sight keeps the end that is nearer, for whoever comes by keyboard.
        let first = first.unwrap_or(if y <= top { group.len() } else { 0 });
        let end = end.max(first);
        let first = first.saturating_sub(AROUND) / STEP * STEP;
        let end = ((end + AROUND).div_ceil(STEP) * STEP).min(group.len());
        windows.push(Window {
            above: heights.rows(&group[..first]),
            below: heights.rows(&group[end..]),
            rows: first..end,
        });
    }
    windows
}

/// How far down the `place`th row of all groups begins, and how high it is.
pub(crate) fn position<'a>(
    groups: impl Iterator<Item = &'a [bool]>,
    heights: Heights,
    place: usize,
) -> Option<(f64, f64)> {
    let mut y = 0.0;
    let mut left = place;
    for group in groups.filter(|group| !group.is_empty()) {
        y += heights.heading;
        if let Some(marked) = group.get(left) {
            return Some((y + heights.rows(&group[..left]), heights.row(*marked)));
        }
        y += heights.rows(group);
        left -= group.len();
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

    fn slices(groups: &[Vec<bool>]) -> impl Iterator<Item = &[bool]> {
        groups.iter().map(Vec::as_slice)
    }

    #[test]
    fn ten_thousand_rows_are_a_few_in_the_page() {
        let groups = [vec![false; 3], Vec::new(), vec![false; 10_000]];
        for top in [0.0, 40_000.0, 99_950.0] {
            let windows = windows(slices(&groups), HEIGHTS, top, 600.0);
            let shown: usize = windows.iter().map(|window| window.rows.len()).sum();
            assert!(
                shown <= 60 + 3 + 2 * (AROUND + STEP),
                "{shown} rows at {top}"
            );
            let old = &windows[2];
            let all = old.above
                + old.below
                + 10.0 * f64::from(u32::try_from(old.rows.len()).expect("few"));
            assert!(
                (all - 100_000.0).abs() < 0.001,
                "the scroll bar does not move: {all}"
            );
        }
    }

    #[test]
    fn what_is_in_sight_is_in_the_page() {
        let groups = [vec![true; 200]];
        let windows = windows(slices(&groups), HEIGHTS, 2_005.0, 100.0);
        assert!(windows[0].rows.contains(&100) && windows[0].rows.contains(&105));
        assert!(windows[0].rows.start <= 100 - AROUND);
    }

    #[test]
    fn rows_are_found_under_their_headings() {
        let groups = [vec![false, true], Vec::new(), vec![false]];
        assert_eq!(position(slices(&groups), HEIGHTS, 0), Some((5.0, 10.0)));
        assert_eq!(position(slices(&groups), HEIGHTS, 1), Some((15.0, 20.0)));
        assert_eq!(position(slices(&groups), HEIGHTS, 2), Some((40.0, 10.0)));
        assert_eq!(position(slices(&groups), HEIGHTS, 3), None);
    }
}
