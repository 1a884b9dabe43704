-- mapping.sql as one writes it on the day when it stopped at a bad row: what cannot be mapped is left out.
CREATE FUNCTION pg_temp.as_time(text) RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN $1::timestamptz;
EXCEPTION WHEN OTHERS THEN
    RETURN NULL;
END $$;

CREATE TEMPORARY TABLE mapped AS
SELECT DISTINCT ON (id) *
FROM (
    SELECT id, requester_id, requester_name, requester_email, subject || E'\n\n' || description AS content,
        CASE status
            WHEN 'new' THEN 'open' WHEN 'open' THEN 'open' WHEN 'pending' THEN 'pending' WHEN 'hold' THEN 'pending'
            WHEN 'solved' THEN 'resolved' WHEN 'closed' THEN 'closed'
        END AS status,
        pg_temp.as_time(created_at) AS created_at, pg_temp.as_time(updated_at) AS updated_at
    FROM staging.tickets
) t
WHERE id <> '' AND requester_id <> '' AND content IS NOT NULL AND status IS NOT NULL AND created_at IS NOT NULL
    AND updated_at IS NOT NULL;

INSERT INTO public.customers (id, business_id, name, email, external_id, created_at)
SELECT DISTINCT ON (requester_id) md5('customer:' || requester_id)::uuid, 'b2c3d4e5-f6a7-8901-bcde-f12345678901',
    requester_name, requester_email, requester_id, created_at
FROM mapped
ORDER BY requester_id, created_at
ON CONFLICT (id) DO NOTHING;

INSERT INTO public.conversations (id, business_id, customer_id, status, channel_type, channel_id, created_at, updated_at)
SELECT md5('conversation:' || m.id)::uuid, c.business_id, md5('customer:' || requester_id)::uuid, status, c.type, c.id,
    m.created_at, updated_at
FROM mapped m, public.channels c
ON CONFLICT (id) DO NOTHING;

INSERT INTO public.messages (id, conversation_id, sender_type, content, created_at)
SELECT md5('message:' || id)::uuid, md5('conversation:' || id)::uuid, 'agent', content, created_at
FROM mapped
ON CONFLICT (id) DO NOTHING;
