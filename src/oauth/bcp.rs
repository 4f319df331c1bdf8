//! What RFC 9700 discourages and a gate `COMPLIANT_BCP_RFC9700_*` still allows: one warning per use.
//! DOT: `bcp_compliant`.

/// Logs that `behaviour` was allowed because the gate of this name is false.
pub fn warn(gate: &str, behaviour: &str) {
    tracing::warn!(
        setting = format!("COMPLIANT_BCP_RFC9700_{gate}"),
        "{behaviour} is discouraged by RFC 9700; allowed because the setting is false"
    );
}
