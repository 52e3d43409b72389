/** Joins the price that is in force at the start of each rated period `r`: of the org itself as `own`, else of the plan it has then as `of_plan`. */
export const withPrices = `left join lateral (
    select p.price from org_price p
    where p.org_id = r.org_id and p.meter = r.meter and p.from_at <= r.period_start and (p.until_at is null or p.until_at > r.period_start)
    order by p.from_at desc limit 1) own on true
  left join lateral (
    select o.plan_id from org_plan o where o.org_id = r.org_id and o.from_at <= r.period_start order by o.from_at desc limit 1) held on true
  left join lateral (
    select p.price from plan_price p
    where p.plan_id = held.plan_id and p.meter = r.meter and p.from_at <= r.period_start and (p.until_at is null or p.until_at > r.period_start)
    order by p.from_at desc limit 1) of_plan on true`;

/** Null where there is none. */
export const priceInForce = 'coalesce(own.price, of_plan.price)';
