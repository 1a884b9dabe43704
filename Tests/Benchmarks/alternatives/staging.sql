-- Where a file is taken in before it is mapped: every column as text.
CREATE SCHEMA staging;
CREATE UNLOGGED TABLE staging.tickets (
    id text, subject text, description text, status text, requester_id text, requester_name text, requester_email text,
    agent text, channel text, created_at text, updated_at text, tags text, satisfaction text, replies text
);
