-- Organisations are found by the beginning of their name, in its order, and by any part of name or id.
create index org_named on org (lower(name) text_pattern_ops, id);
create index org_found on org using gin (name gin_trgm_ops, id gin_trgm_ops);
