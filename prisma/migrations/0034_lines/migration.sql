-- Lines of invoices that are rated here are only ever added: what changes later is a line of its own. Those of reported invoices are what their
-- events say, and change with them. Nothing fires where lines are written by rating.
set role tributary_migrator;
create trigger append_only before update or delete on invoice_line for each row
  when (old.source_key <> 'reported' and current_user = 'tributary_worker') execute function refuse_change();
reset role;
