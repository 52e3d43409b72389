import { can } from '../../../../../../auth/access.ts';
import { currentStaff } from '../../../../../../auth/current-staff.ts';
import { invoicePdf } from '../../../../../../documents/invoice-pdf.ts';
import { getInvoiceDocument } from '../../../../../../services/provider/billing-invoice-document.ts';

/** The document of one invoice, `?invoice={org}:{id}`: 404 for what has none. */
export async function GET(request: Request): Promise<Response> {
  const staff = await currentStaff();
  if (!staff) return new Response(null, { status: 401 });
  if (!can(staff, 'billing')) return new Response(null, { status: 403 });
  const invoice = await getInvoiceDocument(staff, new URL(request.url).searchParams.get('invoice') ?? '');
  if (!invoice) return new Response(null, { status: 404 });
  const pdf = await invoicePdf(invoice);
  return new Response(new Uint8Array(pdf), {
    headers: {
      'content-type': 'application/pdf',
      'content-disposition': `inline; filename="${invoice.number.replaceAll(/[^\w.-]/g, '_')}.pdf"`,
      'cache-control': 'no-store',
    },
  });
}
