-- What staff prove themselves with beside a password, what they chose, and when the environment last said who they are.
set role tributary_migrator;

alter table staff_member
  add column preferences jsonb not null default '{}',
  -- `issuer subject` of a member whom an identity provider vouches for: an e-mail may pass to somebody else, this does not.
  add column oidc_subject text;
create unique index staff_member_oidc_subject_key on staff_member (oidc_subject);
alter table staff_session add column id_token_enc bytea;

-- Asked once, answered once: whoever answers a challenge takes its row away.
create table staff_challenge (
  challenge text primary key,
  purpose text not null constraint staff_challenge_purpose check (purpose in ('register', 'prove', 'sign_in')),
  staff_id uuid references staff_member (id) on delete set null on update cascade,
  expires_at timestamptz(3) not null
);
create index staff_challenge_expires_at_idx on staff_challenge (expires_at);

create table staff_seed (
  source text primary key,
  members integer not null,
  seeded_at timestamptz(3) not null
);

grant select, insert, update, delete on staff_challenge, staff_seed to tributary_portal;
reset role;
