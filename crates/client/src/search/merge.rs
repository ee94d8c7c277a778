//! Which segments become one. Few and large are quick to search; many and small are quick to write.

use zegel_api::SearchSegment;
use zegel_protocol::SearchSegmentId;
use zegel_protocol::limits::MAX_SEARCH_SEGMENT_BYTES;

/// Sizes below which segments are merged with their like, in bytes.
const TIERS: [u32; 3] = [32 * 1024, 128 * 1024, 512 * 1024];
/// So many of a tier become one.
const ENOUGH: usize = 8;
/// Most that become one at once.
const MOST: usize = 32;

/// Segments of one tier that are to become one, the smallest first; none where there are few of each.
/// Together they are no larger than one may be.
pub(super) fn choose<'a>(
    segments: &(impl Iterator<Item = &'a SearchSegment> + Clone),
) -> Vec<SearchSegmentId> {
    let mut from = 0;
    for below in TIERS {
        let mut tier: Vec<_> = segments
            .clone()
            .filter(|segment| (from..below).contains(&segment.size_bytes))
            .collect();
        from = below;
        if tier.len() < ENOUGH {
            continue;
        }
        tier.sort_by_key(|segment| segment.size_bytes);
        let mut room = MAX_SEARCH_SEGMENT_BYTES;
        let fitting = tier.into_iter().take(MOST).map_while(|segment| {
            room = room.checked_sub(usize::try_from(segment.size_bytes).ok()?)?;
            Some(segment.segment)
        });
        return fitting.collect();
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(sizes_kib: &[u32]) -> Vec<u8> {
        let segments: Vec<SearchSegment> = (0..)
            .zip(sizes_kib)
            .map(|(number, size)| SearchSegment {
                segment: SearchSegmentId([number; 16]),
                size_bytes: size * 1024,
                messages: 1,
                stale: false,
            })
            .collect();
        choose(&segments.iter()).iter().map(|it| it.0[0]).collect()
    }

    #[test]
    fn eight_of_a_size_become_one() {
        assert_eq!(chosen(&[]), [0_u8; 0]);
        assert_eq!(chosen(&[1; 7]), [0_u8; 0]);
        assert_eq!(chosen(&[9, 8, 7, 6, 5, 4, 3, 2]), [7, 6, 5, 4, 3, 2, 1, 0]);
        assert_eq!(
            chosen(&[40, 1, 1, 1, 1, 1, 1, 1, 600]),
            [0_u8; 0],
            "of no size eight"
        );
        assert_eq!(chosen(&[1; 40]).len(), 32);
        assert_eq!(chosen(&[600; 20]), [0_u8; 0], "large enough");
    }

    #[test]
    fn together_they_fit() {
        assert_eq!(chosen(&[100; 12]).len(), 10);
        assert_eq!(chosen(&[300; 8]).len(), 3);
        assert_eq!(chosen(&[511; 8]).len(), 2);
    }
}
