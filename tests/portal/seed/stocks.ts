import type pg from 'pg';
import { stockNames } from '#domain/stocks';

/** What there was on each of the 40 days before now, made of what there is: the further back, the more was due and the less was told. */
export async function seedStocks(db: pg.Pool, now: number): Promise<void> {
  await db.query(
    `with there_is as materialized (select * from stocks_at(to_timestamp($1::float8 / 1000))),
     was as materialized (
       select s.stock, d.day, s.org_id, s.currency, greatest(0, s.n + (d.back + length(s.stock)) % 3 - 1 - d.back / 12) as n,
         s.minor + s.minor * d.back / 60 as minor
       from there_is s cross join (select back, (to_timestamp($1::float8 / 1000) at time zone 'UTC')::date - back as day from generate_series(1, 40) back) d),
     together as (
       select stock, day, '_provider' as org_id, currency, sum(n) as n, sum(minor) as minor from was group by stock, day, currency
       union all
       select s, d.day, '_provider', 'XXX', 0, 0 from unnest($2::text[]) s, (select distinct day from was) d where s not in (select stock from there_is))
     insert into stock_day (stock, day, org_id, currency, n, minor)
     select * from together union all select * from was where org_id <> '_provider'`,
    [now, stockNames],
  );
}
