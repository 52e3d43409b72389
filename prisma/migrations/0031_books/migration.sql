-- That an invoice was given up outlives its payment: what is due again of it, by credit that was not there, is not collected anew.
set role tributary_migrator;
alter table invoice add column given_up_at timestamptz(3);
update invoice set given_up_at = now() where status = 'uncollectible';
reset role;
