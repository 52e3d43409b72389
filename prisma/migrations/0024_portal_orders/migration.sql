-- The portal orders by `order_staff_command` alone, which decides when an order was given and that nothing is done yet. A row of its own making
-- could have been given in another month, or be done already.
set role tributary_migrator;
drop policy staff_orders on staff_command;
revoke insert on staff_command from tributary_portal;
reset role;
