-- What staff keep for themselves: how each list looks to them, and views of it, their own or for all who may see the list. Nothing here is a
-- tenant's; the portal alone writes it, with an audit entry in the same transaction.
set role tributary_migrator;

create table saved_view (
  id uuid primary key,
  staff_id uuid not null references staff_member (id) on delete restrict on update cascade,
  list text not null,
  name text not null check (char_length(name) between 1 and 60),
  is_shared boolean not null,
  -- The list's parameters as its address has them, without a place in it.
  params text not null check (char_length(params) <= 2000),
  -- Those shown, in their order; empty: as the list comes.
  columns text[] not null,
  updated_at timestamptz(3) not null default now()
);
create unique index saved_view_staff_id_list_name_key on saved_view (staff_id, list, name);
create index saved_view_shared on saved_view (list) where is_shared;

create table staff_list (
  staff_id uuid not null references staff_member (id) on delete restrict on update cascade,
  list text not null,
  columns text[] not null,
  refresh_s integer not null check (refresh_s between 0 and 300),
  primary key (staff_id, list)
);

grant select, insert, update, delete on saved_view, staff_list to tributary_portal;
grant select on saved_view, staff_list to tributary_verifier;
reset role;
