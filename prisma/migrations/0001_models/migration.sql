-- Roles are the cluster's, not the database's: made when missing, never dropped here. None may log in until an operator says so.
do $$
declare
  wanted text;
begin
  foreach wanted in array array['tributary_migrator', 'tributary_gateway', 'tributary_worker', 'tributary_portal', 'tributary_verifier'] loop
    begin
      execute format('create role %I nologin nosuperuser nocreatedb nocreaterole nobypassrls', wanted);
    exception when duplicate_object or unique_violation then null;
    end;
    execute format('grant %I to current_user', wanted);
  end loop;
end $$;

revoke create on schema public from public;
grant usage on schema public to tributary_gateway, tributary_worker, tributary_portal, tributary_verifier;
grant usage, create on schema public to tributary_migrator;
set role tributary_migrator;


-- CreateTable
CREATE TABLE "org" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL DEFAULT 'UTC',
    "anchor_day" SMALLINT NOT NULL DEFAULT 1,
    "grace_hours" SMALLINT NOT NULL DEFAULT 12,
    "tax_rate" DECIMAL(12,9),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "org_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "federation_key" (
    "org_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL DEFAULT '',
    "scopes" TEXT[],
    "state" TEXT NOT NULL DEFAULT 'active',
    "rate_per_s" INTEGER NOT NULL DEFAULT 100,
    "burst" INTEGER NOT NULL DEFAULT 200,
    "refuses_v1" BOOLEAN NOT NULL DEFAULT false,
    "expires_at" TIMESTAMPTZ(3),
    "created_by" TEXT NOT NULL DEFAULT 'cli',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "disabled_at" TIMESTAMPTZ(3),
    "deleted_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "federation_key_pkey" PRIMARY KEY ("org_id","id")
);

-- CreateTable
CREATE TABLE "federation_secret" (
    "org_id" TEXT NOT NULL,
    "key_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "kek_id" TEXT NOT NULL,
    "iv" BYTEA NOT NULL,
    "ciphertext" BYTEA NOT NULL,
    "tag" BYTEA NOT NULL,
    "last_four" TEXT NOT NULL,
    "valid_until" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "federation_secret_pkey" PRIMARY KEY ("org_id","key_id","version")
);

-- CreateTable
CREATE TABLE "event" (
    "org_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "fingerprint" BYTEA NOT NULL,
    "idempotency_key" TEXT NOT NULL,
    "key_id" TEXT NOT NULL,
    "signature_version" SMALLINT NOT NULL,
    "request_id" TEXT NOT NULL,
    "address_prefix" TEXT NOT NULL,
    "entity_kind" TEXT,
    "entity_id" TEXT,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "event_pkey" PRIMARY KEY ("org_id","id")
);

-- CreateTable
CREATE TABLE "event_pending" (
    "org_id" TEXT NOT NULL,
    "event_id" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "sweep_after" TIMESTAMPTZ(3) NOT NULL,
    "sweeps" SMALLINT NOT NULL DEFAULT 0,
    "isolated_at" TIMESTAMPTZ(3),
    "redeliveries" SMALLINT NOT NULL DEFAULT 0,

    CONSTRAINT "event_pending_pkey" PRIMARY KEY ("org_id","event_id")
);

-- CreateTable
CREATE TABLE "event_verdict" (
    "org_id" TEXT NOT NULL,
    "event_id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "verdicts" SMALLINT NOT NULL DEFAULT 1,
    "decided_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "rejection_code" TEXT,
    "rejection" TEXT,
    "workflow_id" TEXT NOT NULL,

    CONSTRAINT "event_verdict_pkey" PRIMARY KEY ("org_id","event_id")
);

-- CreateTable
CREATE TABLE "delivery_attempt" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "request_id" TEXT NOT NULL,
    "route" TEXT NOT NULL,
    "status" SMALLINT NOT NULL,
    "code" TEXT NOT NULL,
    "latency_ms" REAL NOT NULL,
    "address_prefix" TEXT NOT NULL,
    "claimed_key_id" TEXT,
    "org_id" TEXT,
    "idempotency_key" TEXT,
    "event_id" TEXT,
    "headers" JSON,
    "body" BYTEA,
    "issues" JSON,
    "repeats" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "delivery_attempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "activity" (
    "org_id" TEXT NOT NULL,
    "event_id" TEXT NOT NULL,
    "entity_kind" TEXT NOT NULL,
    "entity_id" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "activity_pkey" PRIMARY KEY ("org_id","event_id","entity_kind","entity_id","action")
);

-- CreateTable
CREATE TABLE "audit_log" (
    "org_id" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actor_type" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "event_id" TEXT,
    "verdict" SMALLINT,
    "outcome" TEXT NOT NULL DEFAULT 'ok',
    "detail" JSON NOT NULL,
    "prev_hash" BYTEA NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "audit_log_pkey" PRIMARY KEY ("org_id","seq")
);

-- CreateTable
CREATE TABLE "audit_head" (
    "org_id" TEXT NOT NULL,
    "seq" BIGINT NOT NULL DEFAULT 0,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "audit_head_pkey" PRIMARY KEY ("org_id")
);

-- CreateTable
CREATE TABLE "lead" (
    "org_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "source" TEXT,
    "name" TEXT,
    "email" TEXT,
    "phone" TEXT,
    "company" TEXT,
    "value_minor" BIGINT,
    "currency" TEXT,
    "meta" JSONB,
    "fee_minor" BIGINT,
    "fee_currency" TEXT,
    "received_at" TIMESTAMPTZ(3),
    "converted_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "lead_pkey" PRIMARY KEY ("org_id","id")
);

-- CreateTable
CREATE TABLE "subscription" (
    "org_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "plan" TEXT,
    "price_minor" BIGINT,
    "currency" TEXT,
    "interval" TEXT,
    "quantity" BIGINT NOT NULL DEFAULT 1,
    "mrr_minor" BIGINT NOT NULL DEFAULT 0,
    "trial_ends_at" TIMESTAMPTZ(3),
    "renews_at" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3),
    "canceled_at" TIMESTAMPTZ(3),
    "cancel_reason" TEXT,
    "meta" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "subscription_pkey" PRIMARY KEY ("org_id","id")
);

-- CreateTable
CREATE TABLE "subscription_change" (
    "org_id" TEXT NOT NULL,
    "event_id" TEXT NOT NULL,
    "subscription_id" TEXT NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,
    "action" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "plan" TEXT,
    "price_minor" BIGINT,
    "currency" TEXT,
    "interval" TEXT,
    "quantity" BIGINT NOT NULL,
    "mrr_minor" BIGINT NOT NULL,

    CONSTRAINT "subscription_change_pkey" PRIMARY KEY ("org_id","event_id")
);

-- CreateTable
CREATE TABLE "usage_meter" (
    "org_id" TEXT NOT NULL,
    "event_id" TEXT NOT NULL,
    "row_index" SMALLINT NOT NULL,
    "row_id" TEXT,
    "meter" TEXT NOT NULL,
    "quantity" DECIMAL(38,9) NOT NULL,
    "window_start" TIMESTAMPTZ(3) NOT NULL,
    "window_end" TIMESTAMPTZ(3) NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "meta" JSONB,

    CONSTRAINT "usage_meter_pkey" PRIMARY KEY ("org_id","event_id","row_index")
);

-- CreateTable
CREATE TABLE "rated_period" (
    "org_id" TEXT NOT NULL,
    "meter" TEXT NOT NULL,
    "period_start" TIMESTAMPTZ(3) NOT NULL,
    "period_end" TIMESTAMPTZ(3) NOT NULL,
    "quantity" DECIMAL(38,9) NOT NULL,
    "booked_minor" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "rated_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "rated_period_pkey" PRIMARY KEY ("org_id","meter","period_start")
);

-- CreateTable
CREATE TABLE "addon_purchase" (
    "org_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "sku" TEXT,
    "amount_minor" BIGINT,
    "currency" TEXT,
    "quantity" BIGINT NOT NULL DEFAULT 1,
    "refunded_minor" BIGINT NOT NULL DEFAULT 0,
    "purchased_at" TIMESTAMPTZ(3),
    "meta" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "addon_purchase_pkey" PRIMARY KEY ("org_id","id")
);

-- CreateTable
CREATE TABLE "addon_refund" (
    "org_id" TEXT NOT NULL,
    "event_id" TEXT NOT NULL,
    "purchase_id" TEXT NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "reason" TEXT,
    "refunded_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "addon_refund_pkey" PRIMARY KEY ("org_id","event_id")
);

-- CreateTable
CREATE TABLE "incident" (
    "org_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "title" TEXT,
    "severity" TEXT,
    "description" TEXT,
    "level" SMALLINT,
    "escalation_reason" TEXT,
    "resolution" TEXT,
    "opened_at" TIMESTAMPTZ(3),
    "escalated_at" TIMESTAMPTZ(3),
    "resolved_at" TIMESTAMPTZ(3),
    "response_due_at" TIMESTAMPTZ(3),
    "resolution_due_at" TIMESTAMPTZ(3),
    "meta" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "incident_pkey" PRIMARY KEY ("org_id","id")
);

-- CreateTable
CREATE TABLE "invoice" (
    "org_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "ref" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "number" TEXT,
    "stream" TEXT,
    "currency" TEXT NOT NULL,
    "subtotal_minor" BIGINT NOT NULL DEFAULT 0,
    "discount_minor" BIGINT NOT NULL DEFAULT 0,
    "tax_minor" BIGINT NOT NULL DEFAULT 0,
    "total_minor" BIGINT NOT NULL DEFAULT 0,
    "paid_minor" BIGINT NOT NULL DEFAULT 0,
    "due_minor" BIGINT NOT NULL DEFAULT 0,
    "credited_minor" BIGINT NOT NULL DEFAULT 0,
    "refunded_minor" BIGINT NOT NULL DEFAULT 0,
    "overpaid_minor" BIGINT NOT NULL DEFAULT 0,
    "issued_at" TIMESTAMPTZ(3),
    "due_at" TIMESTAMPTZ(3),
    "paid_at" TIMESTAMPTZ(3),
    "meta" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL,

    CONSTRAINT "invoice_pkey" PRIMARY KEY ("org_id","id")
);

-- CreateTable
CREATE TABLE "invoice_line" (
    "org_id" TEXT NOT NULL,
    "invoice_id" TEXT NOT NULL,
    "source_key" TEXT NOT NULL,
    "stream" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "quantity" DECIMAL(38,9) NOT NULL DEFAULT 1,
    "amount_minor" BIGINT NOT NULL,
    "explanation" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "invoice_line_pkey" PRIMARY KEY ("org_id","invoice_id","source_key")
);

-- CreateTable
CREATE TABLE "payment" (
    "org_id" TEXT NOT NULL,
    "invoice_id" TEXT NOT NULL,
    "ref" TEXT NOT NULL,
    "attempt" INTEGER,
    "status" TEXT NOT NULL,
    "amount_minor" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "method" TEXT,
    "failure_code" TEXT,
    "provider_key" TEXT,
    "provider_ref" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "meta" JSONB,

    CONSTRAINT "payment_pkey" PRIMARY KEY ("org_id","invoice_id","ref")
);

-- CreateTable
CREATE TABLE "refund" (
    "org_id" TEXT NOT NULL,
    "invoice_id" TEXT NOT NULL,
    "ref" TEXT NOT NULL,
    "payment_ref" TEXT,
    "amount_minor" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "reason" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "meta" JSONB,

    CONSTRAINT "refund_pkey" PRIMARY KEY ("org_id","invoice_id","ref")
);

-- CreateTable
CREATE TABLE "dunning_case" (
    "org_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "invoice_id" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "step" SMALLINT NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3),
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "dunning_case_pkey" PRIMARY KEY ("org_id","id")
);

-- CreateTable
CREATE TABLE "billing_ledger" (
    "org_id" TEXT NOT NULL,
    "transaction_id" TEXT NOT NULL,
    "entry" SMALLINT NOT NULL,
    "account" TEXT NOT NULL,
    "stream" TEXT,
    "invoice_id" TEXT,
    "amount_minor" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "reversal_of" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "billing_ledger_pkey" PRIMARY KEY ("org_id","transaction_id","entry")
);

-- CreateTable
CREATE TABLE "ai_usage_event" (
    "org_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "feature" TEXT NOT NULL,
    "model" TEXT,
    "credits" DECIMAL(38,9) NOT NULL,
    "prompt_tokens" BIGINT,
    "completion_tokens" BIGINT,
    "cost_minor" BIGINT,
    "currency" TEXT,
    "used_at" TIMESTAMPTZ(3) NOT NULL,
    "meta" JSONB,
    "version" INTEGER NOT NULL,

    CONSTRAINT "ai_usage_event_pkey" PRIMARY KEY ("org_id","id")
);

-- CreateTable
CREATE TABLE "ai_monthly_summary" (
    "org_id" TEXT NOT NULL,
    "month" DATE NOT NULL,
    "feature" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "uses" BIGINT NOT NULL,
    "credits" DECIMAL(38,9) NOT NULL,
    "prompt_tokens" BIGINT NOT NULL,
    "completion_tokens" BIGINT NOT NULL,
    "computed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ai_monthly_summary_pkey" PRIMARY KEY ("org_id","month","feature","model")
);

-- CreateTable
CREATE TABLE "credit_grant" (
    "org_id" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "credits" DECIMAL(38,9) NOT NULL,
    "amount_minor" BIGINT,
    "currency" TEXT,
    "priority" SMALLINT NOT NULL DEFAULT 100,
    "granted_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "meta" JSONB,
    "version" INTEGER NOT NULL DEFAULT 1,

    CONSTRAINT "credit_grant_pkey" PRIMARY KEY ("org_id","source","id")
);

-- CreateTable
CREATE TABLE "evaluation_run" (
    "org_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "suite" TEXT NOT NULL,
    "commit" TEXT,
    "model" TEXT,
    "passed" BIGINT NOT NULL,
    "failed" BIGINT NOT NULL,
    "score" DOUBLE PRECISION,
    "url" TEXT,
    "completed_at" TIMESTAMPTZ(3) NOT NULL,
    "meta" JSONB,
    "version" INTEGER NOT NULL,

    CONSTRAINT "evaluation_run_pkey" PRIMARY KEY ("org_id","id")
);

-- CreateTable
CREATE TABLE "evaluation_case" (
    "org_id" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "position" SMALLINT NOT NULL,
    "name" TEXT NOT NULL,
    "passed" BOOLEAN NOT NULL,
    "score" DOUBLE PRECISION,
    "detail" TEXT,

    CONSTRAINT "evaluation_case_pkey" PRIMARY KEY ("org_id","run_id","position")
);

-- CreateTable
CREATE TABLE "staff_member" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "roles" TEXT[],
    "password_hash" TEXT,
    "totp_secret_enc" BYTEA,
    "totp_last_step" BIGINT,
    "disabled_at" TIMESTAMPTZ(3),
    "source" TEXT NOT NULL DEFAULT 'env',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "staff_member_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "staff_session" (
    "id" UUID NOT NULL,
    "staff_id" UUID NOT NULL,
    "token_sha256" BYTEA NOT NULL,
    "auth_level" SMALLINT NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "idle_expires_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ip" TEXT,
    "user_agent" TEXT,
    "revoked_at" TIMESTAMPTZ(3),
    "reauth_at" TIMESTAMPTZ(3),

    CONSTRAINT "staff_session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "staff_recovery_code" (
    "staff_id" UUID NOT NULL,
    "code_hash" BYTEA NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "staff_recovery_code_pkey" PRIMARY KEY ("staff_id","code_hash")
);

-- CreateTable
CREATE TABLE "staff_passkey" (
    "id" UUID NOT NULL,
    "staff_id" UUID NOT NULL,
    "credential_id" BYTEA NOT NULL,
    "public_key" BYTEA NOT NULL,
    "counter" BIGINT NOT NULL DEFAULT 0,
    "transports" TEXT[],
    "aaguid" TEXT,
    "name" TEXT NOT NULL,
    "last_used_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "staff_passkey_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "staff_login_bucket" (
    "key" TEXT NOT NULL,
    "window_start" TIMESTAMPTZ(3) NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "staff_login_bucket_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "job_slot" (
    "job" TEXT NOT NULL,
    "slot" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "holder" TEXT,
    "touched_at" TIMESTAMPTZ(3) NOT NULL,
    "counts" JSONB,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "job_slot_pkey" PRIMARY KEY ("job","slot")
);

-- CreateTable
CREATE TABLE "job_run" (
    "job" TEXT NOT NULL,
    "slot" TEXT NOT NULL,
    "holder" TEXT NOT NULL,
    "outcome" TEXT,
    "counts" JSONB,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "job_run_pkey" PRIMARY KEY ("job","slot","holder")
);

-- CreateIndex
CREATE INDEX "org_created_at_id_idx" ON "org"("created_at" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "federation_key_id_key" ON "federation_key"("id");

-- CreateIndex
CREATE INDEX "federation_key_created_at_id_idx" ON "federation_key"("created_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "event_received_at_id_idx" ON "event"("received_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "event_org_id_received_at_id_idx" ON "event"("org_id", "received_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "event_type_received_at_id_idx" ON "event"("type", "received_at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "event_pending_sweep_after_idx" ON "event_pending"("sweep_after");

-- CreateIndex
CREATE INDEX "delivery_attempt_at_id_idx" ON "delivery_attempt"("at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "delivery_attempt_org_id_at_id_idx" ON "delivery_attempt"("org_id", "at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "activity_org_id_entity_kind_entity_id_occurred_at_idx" ON "activity"("org_id", "entity_kind", "entity_id", "occurred_at" DESC);

-- CreateIndex
CREATE INDEX "audit_log_at_org_id_seq_idx" ON "audit_log"("at" DESC, "org_id", "seq" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "audit_log_org_id_prev_hash_key" ON "audit_log"("org_id", "prev_hash");

-- CreateIndex
CREATE UNIQUE INDEX "audit_log_org_id_event_id_verdict_key" ON "audit_log"("org_id", "event_id", "verdict");

-- CreateIndex
CREATE INDEX "lead_created_at_org_id_id_idx" ON "lead"("created_at" DESC, "org_id", "id" DESC);

-- CreateIndex
CREATE INDEX "subscription_created_at_org_id_id_idx" ON "subscription"("created_at" DESC, "org_id", "id" DESC);

-- CreateIndex
CREATE INDEX "subscription_change_org_id_subscription_id_changed_at_idx" ON "subscription_change"("org_id", "subscription_id", "changed_at");

-- CreateIndex
CREATE INDEX "usage_meter_org_id_meter_window_start_idx" ON "usage_meter"("org_id", "meter", "window_start");

-- CreateIndex
CREATE INDEX "addon_purchase_created_at_org_id_id_idx" ON "addon_purchase"("created_at" DESC, "org_id", "id" DESC);

-- CreateIndex
CREATE INDEX "addon_refund_org_id_purchase_id_idx" ON "addon_refund"("org_id", "purchase_id");

-- CreateIndex
CREATE INDEX "incident_created_at_org_id_id_idx" ON "incident"("created_at" DESC, "org_id", "id" DESC);

-- CreateIndex
CREATE INDEX "invoice_created_at_org_id_id_idx" ON "invoice"("created_at" DESC, "org_id", "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "invoice_org_id_source_ref_key" ON "invoice"("org_id", "source", "ref");

-- CreateIndex
CREATE UNIQUE INDEX "payment_provider_key_key" ON "payment"("provider_key");

-- CreateIndex
CREATE INDEX "payment_at_org_id_invoice_id_ref_idx" ON "payment"("at" DESC, "org_id", "invoice_id", "ref");

-- CreateIndex
CREATE UNIQUE INDEX "payment_org_id_invoice_id_attempt_key" ON "payment"("org_id", "invoice_id", "attempt");

-- CreateIndex
CREATE INDEX "dunning_case_org_id_invoice_id_idx" ON "dunning_case"("org_id", "invoice_id");

-- CreateIndex
CREATE INDEX "billing_ledger_org_id_invoice_id_account_idx" ON "billing_ledger"("org_id", "invoice_id", "account");

-- CreateIndex
CREATE INDEX "ai_usage_event_org_id_used_at_idx" ON "ai_usage_event"("org_id", "used_at");

-- CreateIndex
CREATE INDEX "ai_usage_event_used_at_org_id_id_idx" ON "ai_usage_event"("used_at" DESC, "org_id", "id" DESC);

-- CreateIndex
CREATE INDEX "evaluation_run_completed_at_org_id_id_idx" ON "evaluation_run"("completed_at" DESC, "org_id", "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "staff_member_email_key" ON "staff_member"("email");

-- CreateIndex
CREATE UNIQUE INDEX "staff_session_token_sha256_key" ON "staff_session"("token_sha256");

-- CreateIndex
CREATE INDEX "staff_session_staff_id_created_at_idx" ON "staff_session"("staff_id", "created_at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "staff_passkey_credential_id_key" ON "staff_passkey"("credential_id");

-- CreateIndex
CREATE INDEX "staff_passkey_staff_id_idx" ON "staff_passkey"("staff_id");

-- CreateIndex
CREATE INDEX "job_slot_touched_at_idx" ON "job_slot"("touched_at" DESC);

-- AddForeignKey
ALTER TABLE "federation_key" ADD CONSTRAINT "federation_key_org_id_fkey" FOREIGN KEY ("org_id") REFERENCES "org"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "federation_secret" ADD CONSTRAINT "federation_secret_org_id_key_id_fkey" FOREIGN KEY ("org_id", "key_id") REFERENCES "federation_key"("org_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "event_pending" ADD CONSTRAINT "event_pending_org_id_event_id_fkey" FOREIGN KEY ("org_id", "event_id") REFERENCES "event"("org_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "event_verdict" ADD CONSTRAINT "event_verdict_org_id_event_id_fkey" FOREIGN KEY ("org_id", "event_id") REFERENCES "event"("org_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "activity" ADD CONSTRAINT "activity_org_id_event_id_fkey" FOREIGN KEY ("org_id", "event_id") REFERENCES "event"("org_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lead" ADD CONSTRAINT "lead_org_id_fkey" FOREIGN KEY ("org_id") REFERENCES "org"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "subscription" ADD CONSTRAINT "subscription_org_id_fkey" FOREIGN KEY ("org_id") REFERENCES "org"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "subscription_change" ADD CONSTRAINT "subscription_change_org_id_subscription_id_fkey" FOREIGN KEY ("org_id", "subscription_id") REFERENCES "subscription"("org_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "usage_meter" ADD CONSTRAINT "usage_meter_org_id_fkey" FOREIGN KEY ("org_id") REFERENCES "org"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "addon_purchase" ADD CONSTRAINT "addon_purchase_org_id_fkey" FOREIGN KEY ("org_id") REFERENCES "org"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "addon_refund" ADD CONSTRAINT "addon_refund_org_id_purchase_id_fkey" FOREIGN KEY ("org_id", "purchase_id") REFERENCES "addon_purchase"("org_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "incident" ADD CONSTRAINT "incident_org_id_fkey" FOREIGN KEY ("org_id") REFERENCES "org"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invoice" ADD CONSTRAINT "invoice_org_id_fkey" FOREIGN KEY ("org_id") REFERENCES "org"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invoice_line" ADD CONSTRAINT "invoice_line_org_id_invoice_id_fkey" FOREIGN KEY ("org_id", "invoice_id") REFERENCES "invoice"("org_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "payment" ADD CONSTRAINT "payment_org_id_invoice_id_fkey" FOREIGN KEY ("org_id", "invoice_id") REFERENCES "invoice"("org_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "refund" ADD CONSTRAINT "refund_org_id_invoice_id_fkey" FOREIGN KEY ("org_id", "invoice_id") REFERENCES "invoice"("org_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dunning_case" ADD CONSTRAINT "dunning_case_org_id_invoice_id_fkey" FOREIGN KEY ("org_id", "invoice_id") REFERENCES "invoice"("org_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "billing_ledger" ADD CONSTRAINT "billing_ledger_org_id_fkey" FOREIGN KEY ("org_id") REFERENCES "org"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ai_usage_event" ADD CONSTRAINT "ai_usage_event_org_id_fkey" FOREIGN KEY ("org_id") REFERENCES "org"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ai_monthly_summary" ADD CONSTRAINT "ai_monthly_summary_org_id_fkey" FOREIGN KEY ("org_id") REFERENCES "org"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "credit_grant" ADD CONSTRAINT "credit_grant_org_id_fkey" FOREIGN KEY ("org_id") REFERENCES "org"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "evaluation_run" ADD CONSTRAINT "evaluation_run_org_id_fkey" FOREIGN KEY ("org_id") REFERENCES "org"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "evaluation_case" ADD CONSTRAINT "evaluation_case_org_id_run_id_fkey" FOREIGN KEY ("org_id", "run_id") REFERENCES "evaluation_run"("org_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "staff_session" ADD CONSTRAINT "staff_session_staff_id_fkey" FOREIGN KEY ("staff_id") REFERENCES "staff_member"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "staff_recovery_code" ADD CONSTRAINT "staff_recovery_code_staff_id_fkey" FOREIGN KEY ("staff_id") REFERENCES "staff_member"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "staff_passkey" ADD CONSTRAINT "staff_passkey_staff_id_fkey" FOREIGN KEY ("staff_id") REFERENCES "staff_member"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "job_run" ADD CONSTRAINT "job_run_job_slot_fkey" FOREIGN KEY ("job", "slot") REFERENCES "job_slot"("job", "slot") ON DELETE RESTRICT ON UPDATE CASCADE;

reset role;
