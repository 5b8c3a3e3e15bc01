"""``audit_append``: events of the trail in one round trip, whatever their number."""

from django.db import migrations

APPEND = r"""
CREATE FUNCTION audit_append(
    -- [{"stream", "at", "actor", "actor_name", "action", "target", "reason", "data", "parts": [a, b, c]}]: the hashed
    -- text of an event is a || prev || b || seq || c, and only here are prev and seq known
    events json
) RETURNS void LANGUAGE plpgsql AS $body$
DECLARE
    e record;
    tail record;
    number integer;
    chained text;
BEGIN
    -- Locks in one order for everybody; they last until the transaction ends and keep other writers of the same streams
    -- waiting, nobody else. Each later statement sees what whoever held a lock before us committed.
    FOR e IN SELECT DISTINCT n.stream FROM json_to_recordset(events) AS n(stream text) ORDER BY 1 LOOP
        PERFORM pg_advisory_xact_lock(hashtextextended(e.stream, 71));
    END LOOP;
    FOR e IN
        SELECT * FROM json_to_recordset(events) AS n(
            stream text, at timestamptz, actor text, actor_name text, action text, target text, reason text,
            data jsonb, parts json)
    LOOP
        SELECT t.seq, t.hash INTO tail FROM audit_auditevent t WHERE t.stream = e.stream ORDER BY t.seq DESC LIMIT 1;
        number := coalesce(tail.seq, 0) + 1;
        tail.hash := coalesce(tail.hash, repeat('0', 64));
        chained := encode(sha256(convert_to(
            (e.parts ->> 0) || tail.hash || (e.parts ->> 1) || number || (e.parts ->> 2), 'UTF8')), 'hex');
        INSERT INTO audit_auditevent (stream, seq, at, actor, actor_name, action, target, reason, data, prev, hash)
        VALUES (e.stream, number, e.at, e.actor, e.actor_name, e.action, e.target, e.reason, e.data, tail.hash, chained);
    END LOOP;
END
$body$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunSQL(APPEND, "DROP FUNCTION audit_append(json)")]
