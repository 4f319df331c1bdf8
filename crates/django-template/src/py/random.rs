//! A generator that Django's `random` stands behind; what it makes is no secret.

/// A step of the xorshift generator; the seed comes from the options.
pub(crate) fn next_random(state: &mut u64) -> u64 {
    if *state == 0 {
        *state = 0x9e37_79b9_7f4a_7c15;
    }
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}
