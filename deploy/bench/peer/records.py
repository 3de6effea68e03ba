"""Records of the topics: CloudEvents in binary mode, values in JSON."""
import orjson

import times

REQUESTS = "tuesday.requests.v1"
NOTIFICATIONS = "tuesday.notifications.v1"

_COMMON = [("ce_specversion", b"1.0"), ("ce_source", b"/tuesday"), ("content-type", b"application/json")]
_EVENT_SCHEMA = ("ce_dataschema", b"urn:tuesday:schema:request-event:v1")
_NOTIFICATION_SCHEMA = ("ce_dataschema", b"urn:tuesday:schema:notification:v1")


def event_body(request, seq, kind, at, place, accepted_at, actor, state, **more):
    county, town, village, service = place
    return orjson.dumps(
        {
            "request_id": request, "seq": seq, "type": kind, "at": times.text(at), "county_id": county,
            "town_id": town, "village_id": village, "service_id": service, "accepted_at": times.text(accepted_at),
            "actor": actor, "state": state, **more,
        })


def event(request, seq, kind, at, body):
    """Topic, key, value, headers and milliseconds, as the producer takes them."""
    key = request.encode()
    headers = [
        ("ce_type", b"tuesday.request." + kind.encode()), *_COMMON, ("ce_id", b"%s-%d" % (key, seq)),
        ("ce_time", times.text(at).encode()), _EVENT_SCHEMA, ("ce_subject", key),
    ]
    return REQUESTS, key, body, headers, at // 1000


def notification(lane, lane_seq, request, recipient, template, at, body):
    headers = [
        ("ce_type", b"tuesday.notification." + template.encode()), *_COMMON, ("ce_id", b"%d-%d" % (lane, lane_seq)),
        ("ce_time", times.text(at).encode()), _NOTIFICATION_SCHEMA, ("ce_subject", request.encode()),
    ]
    return NOTIFICATIONS, recipient.encode(), body, headers, at // 1000


def kind(message):
    """The word behind `tuesday.request.` in a record's type header."""
    for name, value in message.headers() or ():
        if name == "ce_type":
            return value[16:]
    return b""
