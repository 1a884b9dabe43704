-- From the staged file into the tables of PingBack, as postgres.yaml maps it. The same row gets the same id every time.
INSERT INTO public.customers (id, business_id, name, email, external_id, created_at)
SELECT DISTINCT ON (requester_id) md5('customer:' || requester_id)::uuid, 'b2c3d4e5-f6a7-8901-bcde-f12345678901',
    requester_name, requester_email, requester_id, created_at::timestamptz
FROM staging.tickets
ORDER BY requester_id, created_at::timestamptz
ON CONFLICT (id) DO NOTHING;

INSERT INTO public.conversations (id, business_id, customer_id, status, channel_type, channel_id, created_at, updated_at)
SELECT md5('conversation:' || t.id)::uuid, c.business_id, md5('customer:' || requester_id)::uuid,
    CASE status
        WHEN 'new' THEN 'open' WHEN 'open' THEN 'open' WHEN 'pending' THEN 'pending' WHEN 'hold' THEN 'pending'
        WHEN 'solved' THEN 'resolved' WHEN 'closed' THEN 'closed'
    END,
    c.type, c.id, t.created_at::timestamptz, updated_at::timestamptz
FROM staging.tickets t, public.channels c
ON CONFLICT (id) DO NOTHING;

INSERT INTO public.messages (id, conversation_id, sender_type, content, created_at)
SELECT md5('message:' || id)::uuid, md5('conversation:' || id)::uuid, 'agent', subject || E'\n\n' || description,
    created_at::timestamptz
FROM staging.tickets
ON CONFLICT (id) DO NOTHING;
