import { Section } from '../../../../../components/panel/properties.tsx';
import { Time } from '../../../../../components/time.tsx';
import { formatCount } from '../../../../../format/numbers.ts';
import { messages } from '../../../../../messages/en.ts';
import type { DeliveryEffect } from '../../../../../services/provider/delivery-detail.ts';

const { delivery } = messages;

export function UsageRows({
  usage,
  zone,
}: {
  readonly usage: NonNullable<DeliveryEffect['usage']>;
  readonly zone: string;
}) {
  return (
    <Section
      title={delivery.usage}
      aside={
        <span className="num text-caption text-fg-3">
          {delivery.usageCount(formatCount(usage.first.length), formatCount(usage.rows))}
        </span>
      }
    >
      {usage.first.length === 0 ? (
        <p className="text-fg-2">{delivery.noRow}</p>
      ) : (
        <div
          className="overflow-x-auto rounded-control border border-line"
          role="region"
          aria-label={delivery.usage}
          tabIndex={0}
        >
          <table className="num w-full">
            <thead className="text-caption text-fg-2">
              <tr>
                <th scope="col" className="px-3 py-1.5 text-left font-medium">
                  {delivery.meter}
                </th>
                <th scope="col" className="px-3 py-1.5 text-left font-medium">
                  {delivery.window}
                </th>
                <th scope="col" className="px-3 py-1.5 text-right font-medium">
                  {delivery.quantity}
                </th>
              </tr>
            </thead>
            <tbody>
              {usage.first.map(({ meter, quantity, windowStart, windowEnd }, index) => (
                <tr key={index} className="border-t border-line">
                  <td className="px-3 py-1.5">{meter}</td>
                  <td className="px-3 py-1.5 whitespace-nowrap text-fg-2">
                    <Time at={windowStart} zone={zone} style="minute" /> –{' '}
                    <Time at={windowEnd} zone={zone} style="minute" />
                  </td>
                  <td className="px-3 py-1.5 text-right">{quantity}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}
