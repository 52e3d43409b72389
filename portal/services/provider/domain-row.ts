import 'server-only';
import type { PrismaClient } from '#prisma/generated/client';

/** One column of a domain row, as staff read it. */
export type Field = { readonly name: string } & (
  | { readonly kind: 'text'; readonly value: string | undefined }
  | { readonly kind: 'instant'; readonly value: number | undefined }
  | { readonly kind: 'money'; readonly value: string | undefined; readonly currency: string | undefined }
);

type Value = string | number | bigint | boolean | null | { toString(): string };

/** The row of the books that an event changed; undefined where there is none (yet). */
export async function readDomainRow(
  prisma: PrismaClient,
  orgId: string,
  kind: string,
  id: string,
): Promise<readonly Field[] | undefined> {
  const reader = readers.find((one) => one.kind === kind);
  return reader?.read(prisma, orgId, id);
}

interface RowReader {
  readonly kind: string;
  readonly read: (prisma: PrismaClient, orgId: string, id: string) => Promise<readonly Field[] | undefined>;
}

const readers: readonly RowReader[] = [
  {
    kind: 'lead',
    read: async (prisma, orgId, id) => {
      const row = await prisma.lead.findUnique({
        where: { orgId_id: { orgId, id } },
        select: {
          status: true,
          company: true,
          name: true,
          email: true,
          source: true,
          valueMinor: true,
          currency: true,
          feeMinor: true,
          feeCurrency: true,
          receivedAt: true,
          convertedAt: true,
        },
      });
      return row === null
        ? undefined
        : [
            text('Status', row.status),
            text('Company', row.company),
            text('Name', row.name),
            text('E-mail', row.email),
            text('Source', row.source),
            money('Value', row.valueMinor, row.currency),
            money('Fee', row.feeMinor, row.feeCurrency),
            instant('Received', row.receivedAt),
            instant('Converted', row.convertedAt),
          ];
    },
  },
  {
    kind: 'subscription',
    read: async (prisma, orgId, id) => {
      const row = await prisma.subscription.findUnique({
        where: { orgId_id: { orgId, id } },
        select: {
          status: true,
          plan: true,
          priceMinor: true,
          currency: true,
          interval: true,
          quantity: true,
          mrrMinor: true,
          startedAt: true,
          renewsAt: true,
          canceledAt: true,
          cancelReason: true,
        },
      });
      return row === null
        ? undefined
        : [
            text('Status', row.status),
            text('Plan', row.plan),
            money('Price', row.priceMinor, row.currency),
            text('Interval', row.interval),
            text('Quantity', row.quantity),
            money('MRR', row.mrrMinor, row.currency),
            instant('Started', row.startedAt),
            instant('Renews', row.renewsAt),
            instant('Canceled', row.canceledAt),
            text('Cancel reason', row.cancelReason),
          ];
    },
  },
  {
    kind: 'addon',
    read: async (prisma, orgId, id) => {
      const row = await prisma.addonPurchase.findUnique({
        where: { orgId_id: { orgId, id } },
        select: {
          status: true,
          sku: true,
          quantity: true,
          amountMinor: true,
          refundedMinor: true,
          currency: true,
          purchasedAt: true,
        },
      });
      return row === null
        ? undefined
        : [
            text('Status', row.status),
            text('SKU', row.sku),
            text('Quantity', row.quantity),
            money('Amount', row.amountMinor, row.currency),
            money('Refunded', row.refundedMinor, row.currency),
            instant('Purchased', row.purchasedAt),
          ];
    },
  },
  {
    kind: 'incident',
    read: async (prisma, orgId, id) => {
      const row = await prisma.incident.findUnique({
        where: { orgId_id: { orgId, id } },
        select: {
          status: true,
          title: true,
          severity: true,
          level: true,
          escalationReason: true,
          resolution: true,
          openedAt: true,
          escalatedAt: true,
          resolvedAt: true,
        },
      });
      return row === null
        ? undefined
        : [
            text('Status', row.status),
            text('Title', row.title),
            text('Severity', row.severity),
            text('Level', row.level),
            instant('Opened', row.openedAt),
            instant('Escalated', row.escalatedAt),
            text('Reason', row.escalationReason),
            instant('Resolved', row.resolvedAt),
            text('Resolution', row.resolution),
          ];
    },
  },
  {
    kind: 'invoice',
    read: async (prisma, orgId, ref) => {
      const row = await prisma.invoice.findUnique({
        where: { orgId_source_ref: { orgId, source: 'reported', ref } },
        select: {
          status: true,
          number: true,
          stream: true,
          totalMinor: true,
          paidMinor: true,
          dueMinor: true,
          refundedMinor: true,
          currency: true,
          issuedAt: true,
          dueAt: true,
          paidAt: true,
        },
      });
      return row === null
        ? undefined
        : [
            text('Status', row.status),
            text('Number', row.number),
            text('Stream', row.stream),
            money('Total', row.totalMinor, row.currency),
            money('Paid', row.paidMinor, row.currency),
            money('Due', row.dueMinor, row.currency),
            money('Refunded', row.refundedMinor, row.currency),
            instant('Issued', row.issuedAt),
            instant('Due at', row.dueAt),
            instant('Paid at', row.paidAt),
          ];
    },
  },
  {
    kind: 'ai_usage',
    read: async (prisma, orgId, id) => {
      const row = await prisma.aiUsageEvent.findUnique({
        where: { orgId_id: { orgId, id } },
        select: {
          feature: true,
          model: true,
          credits: true,
          promptTokens: true,
          completionTokens: true,
          costMinor: true,
          currency: true,
          usedAt: true,
        },
      });
      return row === null
        ? undefined
        : [
            text('Feature', row.feature),
            text('Model', row.model),
            text('Credits', row.credits),
            text('Prompt tokens', row.promptTokens),
            text('Completion tokens', row.completionTokens),
            money('Cost', row.costMinor, row.currency),
            instant('Used', row.usedAt),
          ];
    },
  },
  {
    kind: 'credit_grant',
    read: async (prisma, orgId, id) => {
      const row = await prisma.creditGrant.findFirst({
        where: { orgId, id },
        select: { source: true, credits: true, amountMinor: true, currency: true, grantedAt: true, expiresAt: true },
      });
      return row === null
        ? undefined
        : [
            text('Source', row.source),
            text('Credits', row.credits),
            money('Amount', row.amountMinor, row.currency),
            instant('Granted', row.grantedAt),
            instant('Expires', row.expiresAt),
          ];
    },
  },
  {
    kind: 'evaluation',
    read: async (prisma, orgId, id) => {
      const row = await prisma.evaluationRun.findUnique({
        where: { orgId_id: { orgId, id } },
        select: { suite: true, commit: true, model: true, passed: true, failed: true, score: true, completedAt: true },
      });
      return row === null
        ? undefined
        : [
            text('Suite', row.suite),
            text('Commit', row.commit),
            text('Model', row.model),
            text('Passed', row.passed),
            text('Failed', row.failed),
            text('Score', row.score),
            instant('Completed', row.completedAt),
          ];
    },
  },
];

function text(name: string, value: Value | null | undefined): Field {
  return { name, kind: 'text', value: value?.toString() };
}

function money(name: string, amountMinor: bigint | null, currency: string | null): Field {
  return { name, kind: 'money', value: amountMinor?.toString(), currency: currency ?? undefined };
}

function instant(name: string, value: Date | null): Field {
  return { name, kind: 'instant', value: value?.getTime() };
}
