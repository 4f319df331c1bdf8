//! Every grant stands in the lists, and its names lead back to it.

use super::{ClientType, GrantType, ResponseType};

#[test]
fn every_grant_is_in_the_lists_once() {
    assert_eq!(GrantType::ALL.len(), GrantType::Toy as usize + 1, "the last variant of GrantType");
    for grant in GrantType::ALL {
        assert_eq!(GrantType::ALL.iter().filter(|g| *g == grant).count(), 1, "{grant:?}");
        let advertised = GrantType::OF_RFC.iter().filter(|g| *g == grant).count();
        assert_eq!(advertised, usize::from(grant.rfc().is_some()), "{grant:?}");
    }
}

#[test]
fn a_name_leads_back_to_its_grant() {
    for grant in GrantType::ALL.iter().copied() {
        assert!(grant.rfc().is_none_or(|word| GrantType::of_rfc(word) == Some(grant)), "{grant:?}");
        assert!(grant.column().is_none_or(|word| GrantType::of_column(word) == Some(grant)), "{grant:?}");
        assert!(!grant.word().is_empty() && !grant.word().contains(':'), "{grant:?}");
    }
    assert_eq!(GrantType::of_rfc("openid-hybrid"), None);
    assert_eq!(GrantType::of_column("refresh_token"), None);
}

#[test]
fn a_response_type_is_its_exact_text() {
    for known in ResponseType::ALL.iter().copied() {
        assert_eq!(ResponseType::parse(known.as_str()), Some(known));
        assert_eq!(known.is_implicit(), !known.as_str().contains("code"), "{known:?}");
        assert_eq!(known.is_implicit(), ResponseType::is_implicit_text(known.as_str()), "{known:?}");
    }
    for text in ["", "none", "token id_token", "Code", "code "] {
        assert_eq!(ResponseType::parse(text), None, "{text:?}");
    }
    assert!(
        ResponseType::is_implicit_text("token  id_token") && ResponseType::is_implicit_text("none token")
    );
    assert!(!ResponseType::is_implicit_text("none") && !ResponseType::is_implicit_text("token code"));
}

#[test]
fn a_client_type_is_its_column() {
    for known in ClientType::ALL.iter().copied() {
        assert_eq!(ClientType::of_column(known.column()), Some(known));
    }
    assert_eq!(ClientType::of_column("Public"), None);
}
