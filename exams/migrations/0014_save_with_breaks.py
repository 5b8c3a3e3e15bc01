"""``exams_save`` knows clocks that components share, breaks, and what was seen before one."""

from django.db import migrations

SAVE = r"""
CREATE OR REPLACE FUNCTION exams_save(
    -- [{"a": attempt, "d": calling seat "login:tab", "e": [{"k": key, "s": slot, "r": rev, "t": canonical response,
    -- "b": body hash in hex}]}]; without "e" only the seat is checked
    saves json,
    patient boolean   -- wait for an attempt's row; otherwise say "busy" when somebody holds it
) RETURNS TABLE (     -- one row per save, in their order
    code text,        -- null when saved (or when the seat is the caller's), else the refusal
    answer text       -- the answer's JSON, or the keys of a refused batch as a JSON list
) LANGUAGE plpgsql AS $body$
DECLARE
    one record;
    a record;
    facts record;
    e record;
    moment timestamptz;
    moment_us bytea;
    late boolean;
    stood_still interval;
    many boolean;
    chained bytea;
    number integer;
    ack_seq integer;
    ack_state text;
    held_rev bigint;
    held_text text;
    acks text;
    left_ms bigint;
    done_ids bigint[] := '{}';
    done_events integer[] := '{}';
    done_heads text[] := '{}';
BEGIN
    FOR one IN SELECT s.a, s.d, s.e FROM json_to_recordset(saves) AS s(a uuid, d text, e json) LOOP
        answer := NULL;
        -- The row first, everything else after it: each later statement of this function sees what whoever held the
        -- row before us committed. (One statement that locks and reads at once would read from before the wait.)
        -- NO KEY: rows that merely refer to the attempt (messages, grants) are no reason to wait.
        IF patient THEN
            SELECT * INTO a FROM exams_attempt WHERE uuid = one.a FOR NO KEY UPDATE;
        ELSE
            SELECT * INTO a FROM exams_attempt WHERE uuid = one.a FOR NO KEY UPDATE SKIP LOCKED;
        END IF;
        IF a.id IS NULL OR a.id = ANY (done_ids) THEN  -- the attempts' rows are written once, at the end
            code := CASE WHEN patient AND a.id IS NULL THEN 'not_found' ELSE 'busy' END;
            RETURN NEXT;
            CONTINUE;
        END IF;
        SELECT u.is_active AS active,
               (SELECT coalesce(sum(seconds), 0) FROM exams_timegrant WHERE attempt_id = a.id) AS granted,
               (SELECT json_agg(json_build_object('id', m.uuid, 'text', m.text, 'sent_at',
                       to_char(m.sent_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')) ORDER BY m.id)
                  FROM exams_attemptmessage m WHERE m.attempt_id = a.id) AS messages
          INTO facts
          FROM exams_registration r
          JOIN accounts_candidate c ON c.id = r.candidate_id
          JOIN accounts_user u ON u.id = c.user_id
         WHERE r.id = a.registration_id;
        code := CASE
            WHEN NOT facts.active THEN 'not_signed_in'
            -- A caller that names no tab is held against the login alone.
            WHEN a.device <> '' AND one.d <> a.device
                 AND NOT (right(one.d, 1) = ':' AND starts_with(a.device, one.d)) THEN 'other_device'
        END;
        IF code IS NOT NULL OR one.e IS NULL THEN
            RETURN NEXT;
            CONTINUE;
        END IF;

        -- LIMIT keeps this a look-up per key: joined freely, the planner reads all events of the attempt.
        SELECT count(*) > 0, json_agg(n.k) FILTER (WHERE (x.slot, x.rev, x.response) <> (n.s, n.r, n.t))
          INTO many, answer
          FROM json_to_recordset(one.e) AS n(k uuid, s text, r bigint, t text)
         CROSS JOIN LATERAL (SELECT v.slot, v.rev, v.response FROM exams_responseevent v
                              WHERE v.attempt_id = a.id AND v.key = n.k LIMIT 1) x;
        code := CASE
            WHEN answer IS NOT NULL THEN 'used_key'
            WHEN a.state = 'ready' THEN 'not_started'
            WHEN a.state = 'voided' THEN 'voided'
        END;
        IF code IS NOT NULL THEN
            RETURN NEXT;
            CONTINUE;
        END IF;

        moment := clock_timestamp();
        moment_us := int8send((extract(epoch FROM moment) * 1000000)::bigint);
        -- In a pause the clock stands still: what was on its way when it came is in time.
        late := a.state NOT IN ('in_progress', 'paused');
        left_ms := 0;
        IF NOT late THEN
            -- A break ends by itself.
            stood_still := coalesce(least(moment, coalesce(a.paused_until, moment)) - a.paused_at, interval '0');
            left_ms := floor(extract(epoch FROM a.clock_from + stood_still - moment) * 1000
                             + (ceil(a.limit_seconds * a.factor) + facts.granted) * 1000);
            IF left_ms < 0 THEN
                left_ms := 0;
                IF a.state = 'in_progress' THEN
                    SELECT moment > a.clock_from + make_interval(
                               secs => (ceil(a.limit_seconds * a.factor) + facts.granted + p.grace_seconds)::float8)
                      INTO late
                      FROM exams_registration r
                      JOIN exams_session s ON s.id = r.session_id
                      JOIN exams_scheme p ON p.id = s.scheme_id
                     WHERE r.id = a.registration_id;
                END IF;
            END IF;
        END IF;

        number := a.events;
        acks := '';
        many := many OR json_array_length(one.e) > 1;
        FOR e IN SELECT n.* FROM json_to_recordset(one.e) AS n(k uuid, s text, r bigint, t text, b text) LOOP
            ack_seq := NULL;
            IF many THEN  -- a key may be known, or come twice in the batch
                SELECT v.seq, v.state INTO ack_seq, ack_state
                  FROM exams_responseevent v WHERE v.attempt_id = a.id AND v.key = e.k;
            END IF;
            SELECT h.rev, h.response INTO held_rev, held_text
              FROM exams_response h WHERE h.attempt_id = a.id AND h.slot = e.s;
            IF ack_seq IS NULL THEN
                number := number + 1;
                ack_seq := number;
                ack_state := CASE WHEN late OR e.s = ANY (a.frozen) THEN 'held' WHEN held_rev >= e.r THEN 'superseded' ELSE 'accepted' END;
                chained := sha256(decode(a.head, 'hex') || int8send(number::bigint) || moment_us || decode(e.b, 'hex'));
                INSERT INTO exams_responseevent
                       (attempt_id, seq, key, slot, rev, response, received_at, state, prev, hash)
                VALUES (a.id, number, e.k, e.s, e.r, e.t, moment, ack_state, a.head, encode(chained, 'hex'));
                a.head := encode(chained, 'hex');
                IF ack_state = 'accepted' THEN
                    IF held_rev IS NULL THEN
                        INSERT INTO exams_response (attempt_id, slot, rev, seq, response)
                        VALUES (a.id, e.s, e.r, number, e.t);
                    ELSE
                        UPDATE exams_response h SET rev = e.r, seq = number, response = e.t
                         WHERE h.attempt_id = a.id AND h.slot = e.s;
                    END IF;
                    held_rev := e.r;
                    held_text := e.t;
                END IF;
            END IF;
            -- Canonical texts are JSON already and go into the answer as they are.
            acks := acks || CASE acks WHEN '' THEN '' ELSE ',' END
                 || '{"key":"' || e.k || '","seq":' || ack_seq || ',"state":"' || ack_state || '","current":'
                 || coalesce('{"rev":' || held_rev || ',"response":' || held_text || '}', 'null') || '}';
        END LOOP;
        done_ids := done_ids || a.id::bigint;
        done_events := done_events || number;
        done_heads := done_heads || a.head::text;
        answer := '{"acks":[' || acks || '],"head":"' || a.head || '","state":"' || a.state || '","server_time":"'
               || to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')
               || '","remaining_ms":' || left_ms || ',"messages":' || coalesce(facts.messages::text, '[]') || '}';
        RETURN NEXT;
    END LOOP;
    -- Once for the whole group: the table's eight CHECKs are compiled anew by every statement that writes to it.
    UPDATE exams_attempt t SET events = d.events, head = d.head, last_seen_at = moment
      FROM unnest(done_ids, done_events, done_heads) AS d(id, events, head) WHERE t.id = d.id;
END
$body$;
"""


class Migration(migrations.Migration):
    dependencies = [("exams", "0013_clocks_breaks_and_orders")]

    operations = [migrations.RunSQL(SAVE, migrations.RunSQL.noop)]
