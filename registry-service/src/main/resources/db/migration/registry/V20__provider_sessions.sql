-- Sign-ins by the identity provider: a browser's session holds no longer than its row, whichever process has it. The ID token is kept where people
-- sign out at the provider as well, which takes it as a sign of who asks.
create table provider_session (
  id text primary key, issuer text not null, subject text not null, sid text, person text not null,
  issued timestamptz not null, until timestamptz not null, id_token text);
create index provider_session_until on provider_session (until);
create index provider_session_subject on provider_session (issuer, subject);

-- What the provider said about the ends of its own sessions (OpenID Connect Back-Channel Logout 1.0). Kept as long as a session of ours lasts at
-- most, so that a sign-in whose row comes later than the message is over too, and no message counts twice.
create table provider_logout (
  issuer text not null, jti text not null, subject text, sid text, issued timestamptz not null, forget timestamptz not null,
  primary key (issuer, jti), check (num_nonnulls(subject, sid) > 0));
create index provider_logout_sid on provider_logout (issuer, sid);
create index provider_logout_subject on provider_logout (issuer, subject);
create index provider_logout_forget on provider_logout (forget);
