//! Every reason for which something is refused: its name in logs, and what it says. docs/refusals.md lists them.

macro_rules! reasons {
    ($($name:ident $slug:literal $text:literal)*) => {
        /// Why something is refused. Never sent: a client reads the error's own description.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Reason {
            $(#[doc = $text] $name,)*
        }

        impl Reason {
            pub const ALL: &[Reason] = &[$(Reason::$name,)*];

            /// The name in logs.
            pub fn slug(self) -> &'static str {
                match self { $(Reason::$name => $slug,)* }
            }

            /// What it says, in a sentence without a full stop.
            pub fn text(self) -> &'static str {
                match self { $(Reason::$name => $text,)* }
            }
        }
    };
}

reasons! {
    // Any endpoint.
    QueryBrokenEscape "query_broken_escape" "a % of the query is not followed by two hexadecimal digits"
    QueryWithoutEquals "query_without_equals" "a pair of the query has no ="
    ParameterRepeated "parameter_repeated" "the parameter came more than once"
    FormUnreadable "form_unreadable" "the body is too large, too slow or no form at all"
    ValueTooLong "value_too_long" "no column of the database holds a value that came"
    TooManyFailures "too_many_failures" "as many guesses failed as [server.limits] allows"
    RedirectSchemeOff "redirect_scheme_off" "ALLOWED_REDIRECT_URI_SCHEMES does not have the scheme of the redirect"

    // Who the client is.
    ClientIdMissing "client_id_missing" "no client_id came, or an empty one"
    ClientUnknown "client_unknown" "no application has this client_id"
    CredentialsMissing "credentials_missing" "neither a Basic header nor a client_id came"
    BasicUnreadable "basic_unreadable" "the Basic header is no base64 text of client_id and secret, and no client_id came besides"
    SecretMissing "secret_missing" "the client must prove who it is, and no secret came"
    SecretWrong "secret_wrong" "the secret is not the application's"
    EncodingUnknown "encoding_unknown" "the parameter encoding names no codec that Python has"
    GrantNotOfApplication "grant_not_of_application" "the application is registered for another grant type"

    // Scopes and resources.
    ScopeNotAvailable "scope_not_available" "a scope is not in SCOPES, or not among the client's own"
    ResourceNotAbsolute "resource_not_absolute" "a resource is no absolute URI with scheme and host"
    ResourceColumnMissing "resource_column_missing" "the database is that of a DOT before 3.4, which has no column for resources"
    ResourceBeyondGrant "resource_beyond_grant" "a resource is not among those that were granted"

    // The authorization endpoint.
    RedirectUriNotAbsolute "redirect_uri_not_absolute" "the redirect URI is no absolute URI"
    RedirectUriNotRegistered "redirect_uri_not_registered" "the redirect URI is not one of the application's"
    RedirectUriNeeded "redirect_uri_needed" "no redirect URI came, and the application does not have exactly one"
    ResponseTypeMissing "response_type_missing" "no response_type came"
    ResponseTypeOff "response_type_off" "OAUTH2_SERVER_CLASS leaves out the grant that this response type needs"
    ResponseTypeUnknown "response_type_unknown" "there is no such response type, or OpenID Connect is off"
    ResponseTypeNotOfApplication "response_type_not_of_application" "the response type does not fit the application's grant type"
    ImplicitGrantOff "implicit_grant_off" "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT turns the implicit grant off"
    ChallengeNeeded "challenge_needed" "PKCE_REQUIRED holds for this client, and no code_challenge came"
    ChallengeMethodUnknown "challenge_method_unknown" "the code_challenge_method is neither plain nor S256"
    ChallengeMethodPlainOff "challenge_method_plain_off" "COMPLIANT_BCP_RFC9700_PKCE_METHOD turns plain off"
    PromptNoneNotAlone "prompt_none_not_alone" "prompt has other words beside none"
    ClaimsNotJson "claims_not_json" "the parameter claims is no JSON"
    ClaimsNotObject "claims_not_object" "the parameter claims holds no JSON object"
    NonceNeeded "nonce_needed" "an ID token comes without a code, and no nonce came"
    LoginNeeded "login_needed" "prompt=none came from a browser without a session"
    ConsentNeeded "consent_needed" "prompt=none came, and no live token covers what is asked for"
    RegistrationOff "registration_off" "prompt=create came, and OIDC_RP_INITIATED_REGISTRATION_ENABLED is off"
    RegistrationPageMissing "registration_page_missing" "prompt=create came, and no setting names a page for it"
    ConsentFormIncomplete "consent_form_incomplete" "a field of the consent form is empty or holds a NUL"
    ConsentDenied "consent_denied" "the user said no"
    ResourceOnlyInQuery "resource_only_in_query" "resource stands in the URL of the form only"

    // ID tokens.
    IdTokenNoAlgorithm "id_token_no_algorithm" "the application has no algorithm to sign ID tokens"
    IdTokenNoServerKey "id_token_no_server_key" "the application signs with RS256, and OIDC_RSA_PRIVATE_KEY is not set"
    IdTokenSecretUnfit "id_token_secret_unfit" "the application signs with HS256, and its secret is hashed or too short"
    SubjectMissing "subject_missing" "the columns of server.claims.sub are empty for this user"

    // The token endpoint.
    QueryNotAllowed "query_not_allowed" "the URL has a query, and parameters belong into the body"
    GrantTypeMissing "grant_type_missing" "no grant_type came"
    GrantTypeUnknown "grant_type_unknown" "there is no such grant type"
    GrantTypeOff "grant_type_off" "OAUTH2_SERVER_CLASS leaves this grant type out"
    CodeMissing "code_missing" "no code came"
    CodeUnknown "code_unknown" "there is no such code, it was used, or it was issued to another client"
    CodeExpired "code_expired" "the code is older than AUTHORIZATION_CODE_EXPIRE_SECONDS"
    CodeTaken "code_taken" "another request used the code at the same moment"
    VerifierMissing "verifier_missing" "no code_verifier came, and the code or PKCE_REQUIRED asks for one"
    VerifierWithoutChallenge "verifier_without_challenge" "PKCE_REQUIRED holds for this client, and the code was asked for without a challenge"
    VerifierWithoutMethod "verifier_without_method" "the code was stored with a challenge and without its method"
    VerifierMethodUnknown "verifier_method_unknown" "the code was stored with a method that does not exist"
    VerifierMismatch "verifier_mismatch" "the code_verifier does not make the code's challenge"
    TokenRedirectUriNeeded "token_redirect_uri_needed" "no redirect_uri came with the code, and the application does not have exactly one"
    TokenRedirectUriDiffers "token_redirect_uri_differs" "the redirect_uri is not the one that the code was sent to"
    UsernameMissing "username_missing" "no username came, or an empty one"
    PasswordMissing "password_missing" "no password came, or an empty one"
    UserUnknown "user_unknown" "no user has this name"
    UserInactive "user_inactive" "the user is not active"
    PasswordWrong "password_wrong" "the password is not the user's"
    PasswordGrantOff "password_grant_off" "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT turns the password grant off"
    RefreshMissing "refresh_missing" "no refresh_token came"
    RefreshUnknown "refresh_unknown" "there is no such refresh token"
    RefreshOfOther "refresh_of_other" "the refresh token was issued to another client"
    RefreshExpired "refresh_expired" "the refresh token is older than REFRESH_TOKEN_EXPIRE_SECONDS"
    RefreshUnbound "refresh_unbound" "the refresh token's access token is gone"
    RefreshRevoked "refresh_revoked" "the refresh token was revoked"
    RefreshReused "refresh_reused" "the refresh token was revoked; its family was revoked too"
    RefreshTaken "refresh_taken" "the refresh token was revoked while this request ran"
    RefreshNotRepeatable "refresh_not_repeatable" "the token was rotated, and only the checksum of its successor is stored"
    RefreshScopeBeyond "refresh_scope_beyond" "a scope is not among those of the refresh token"

    // The device flow.
    DeviceTableMissing "device_table_missing" "the database is that of a DOT before 3.2, which has no table for device codes"
    DeviceContentType "device_content_type" "the request's Content-Type is no form"
    DeviceClientIdNotInForm "device_client_id_not_in_form" "the client_id stands in the query or in JSON only"
    DeviceCodeMissing "device_code_missing" "no device_code came"
    DeviceCodeUnknown "device_code_unknown" "there is no such device code"
    DeviceCodeExpired "device_code_expired" "the device code's time is over, or it was used"
    DeviceCodeTaken "device_code_taken" "another request used the device code at the same moment"
    DeviceCodeOfOther "device_code_of_other" "the device code was issued to another client"
    DeviceDenied "device_denied" "the user denied the device"
    DevicePending "device_pending" "the user has not decided yet"
    DevicePolledTooFast "device_polled_too_fast" "the last poll was less than the interval ago"
    DeviceStatusUnknown "device_status_unknown" "the row's status is none that DOT has"
    DeviceWithoutUser "device_without_user" "the row is authorized and has no user"
    UserCodeMissing "user_code_missing" "no user code was typed"
    UserCodeUnknown "user_code_unknown" "there is no such user code"
    UserCodeAmbiguous "user_code_ambiguous" "two rows have this user code"
    UserCodeExpired "user_code_expired" "the user code's time is over"
    UserCodeUsed "user_code_used" "the user code is not pending any more"
    UserCodeWithoutPage "user_code_without_page" "the row's client_id fits no URL"
    DeviceNotPending "device_not_pending" "no pending row has this client and user code"
    DeviceActionUnknown "device_action_unknown" "the form says neither accept nor deny"

    // Bearer tokens, revocation, introspection.
    TokenParameterMissing "token_parameter_missing" "no token came, or an empty one"
    TokenMissing "token_missing" "no bearer token came"
    TokenInQueryOff "token_in_query_off" "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT turns tokens in the query off"
    TokenUnknown "token_unknown" "there is no such access token"
    TokenExpired "token_expired" "the access token's time is over"
    TokenScopeMissing "token_scope_missing" "the access token does not have the scope that is needed"
    TokenOfOtherResource "token_of_other_resource" "the access token is for other resources"
    TokenWithoutUser "token_without_user" "the access token belongs to no user"
    OpenidNotInScopes "openid_not_in_scopes" "SCOPES does not have openid any more"
    IntrospectionNotAllowed "introspection_not_allowed" "neither client credentials nor a bearer token with the scope introspection came"

    // RP-initiated logout.
    HintInvalid "hint_invalid" "the id_token_hint is none that was signed here, or its time or its row is gone"
    HintOfOtherIssuer "hint_of_other_issuer" "the id_token_hint names another issuer"
    HintOfOtherApplication "hint_of_other_application" "the row of the id_token_hint belongs to another application"
    HintClientDiffers "hint_client_differs" "the client_id is not that of the id_token_hint"
    LogoutClientMissing "logout_client_missing" "a redirect is asked for, and neither hint nor client_id names a client"
    LogoutSchemeMissing "logout_scheme_missing" "the post_logout_redirect_uri has no scheme"
    LogoutHttpOfPublic "logout_http_of_public" "the post_logout_redirect_uri is http, and the client is public"
    LogoutUriNotRegistered "logout_uri_not_registered" "the post_logout_redirect_uri is not one of the application's"
    LogoutDenied "logout_not_agreed" "the user did not agree to the logout"

    // Registration, and the forms of applications.
    RegistrationNotPermitted "registration_not_permitted" "DCR_REGISTRATION_PERMISSION_CLASSES does not let this visitor register"
    BodyNotJson "body_not_json" "the body is no JSON"
    BodyNotObject "body_not_object" "the body is JSON, and no object"
    MemberNotArray "member_not_array" "the member is no array"
    MemberItemNotString "member_item_not_string" "an item of the member is no string"
    MemberNull "member_null" "the member is null"
    RedirectUrisNeeded "redirect_uris_needed" "the grant type needs redirect_uris, and none came"
    GrantTypesEmpty "grant_types_empty" "grant_types is an empty array"
    GrantTypesRefreshOnly "grant_types_refresh_only" "grant_types has refresh_token and nothing else"
    GrantTypesSeveral "grant_types_several" "an application has one grant type, and several came"
    GrantTypesUnknown "grant_types_unknown" "grant_types has a grant type that no application can have"
    AuthMethodUnknown "auth_method_unknown" "there is no such token_endpoint_auth_method here"
    ApplicationInvalid "application_invalid" "the fields make no valid application"
    ApplicationNotOwn "application_not_own" "the visitor has no application with this primary key"
    ApplicationGone "application_gone" "the application was deleted meanwhile"
    RegistrationTokenMissing "registration_token_missing" "no registration access token came"
    RegistrationTokenUnknown "registration_token_unknown" "there is no such registration access token"
    RegistrationTokenExpired "registration_token_expired" "the registration access token's time is over"
    RegistrationTokenScope "registration_token_scope" "the token does not have DCR_REGISTRATION_SCOPE"
    RegistrationTokenOfOther "registration_token_of_other" "the registration access token belongs to another client"
    RegistrationOfOtherSource "registration_of_other_source" "the client was not made by the registration endpoint"
    RegistrationTokenTaken "registration_token_taken" "another request used the registration access token at the same moment"

    // Client ID metadata documents.
    DocumentHostRefused "document_host_refused" "CIMD_REGISTRATION_PERMISSION_CLASSES does not let this host in"
    DocumentResting "document_resting" "the document failed lately, and is not asked for so soon"
    DocumentBusy "document_busy" "as many documents are fetched as CIMD_MAX_CONCURRENT_FETCHES allows"
    DocumentUrl "document_url" "the client_id is a URL that no document may have"
    DocumentNotFetched "document_not_fetched" "the document could not be fetched"
    DocumentUnfit "document_unfit" "the document describes no client that may be one"
    DocumentOfOtherSource "document_of_other_source" "an application that was made otherwise has this client_id"
    DocumentNotStored "document_not_stored" "the database did not take the application"
}
