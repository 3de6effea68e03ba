"""One stage: batches from a topic, each with its effects, its messages and its offsets in one transaction.

As in Tuesday, the lanes' rows hold how far each partition was read; they are locked first. Messages are produced after
the commit, and how far that went is written by the next transaction.
"""
import os
import signal
import socket

import psycopg
from confluent_kafka import Consumer, Producer, TopicPartition

import records
from register import Register

BATCH = 5_000


class Again(Exception):
    """The transaction is to be run again."""


class Transaction:
    """What a stage works with: a cursor, the instant, and what leaves through the lane."""

    def __init__(self, cursor, now, lane, lane_seq):
        self.cursor, self.now, self.lane, self.lane_seq = cursor, now, lane, lane_seq
        self.messages = []

    def next_seq(self):
        self.lane_seq += 1
        return self.lane_seq

    def event_row(self, request, seq, kind_number, kind, body, county):
        """Queues the event's record and returns its row."""
        self.messages.append(records.event(request, seq, kind, self.now, body))
        return b"%s\t%d\t%s\t%d\t%d\t%d\t%d\t%s" % (
            request.encode(), self.next_seq(), self.now_text, self.lane, county, seq, kind_number, body)


EVENT_TARGET = "tuesday.event (request_id, lane_seq, at, lane_id, county_id, seq, type, body)"


def run(stage_class):
    stopping = []
    signal.signal(signal.SIGTERM, lambda *_: stopping.append(True))
    signal.signal(signal.SIGINT, lambda *_: stopping.append(True))
    group = f"tuesday-{stage_class.name}"
    with psycopg.connect(application_name=f"peer {stage_class.name}", autocommit=True) as connection:
        stage = stage_class(connection, Register(connection))
        reader = Reader(connection, group, stage_class.topic)
        writer = Writer(connection, f"peer/{stage_class.name}")
        while not stopping:
            messages = reader.next()
            if messages:
                process(connection, stage, reader, writer, messages)
            else:
                writer.settle()
        reader.close()
        writer.settle()


def process(connection, stage, reader, writer, messages):
    """One batch, one transaction."""
    ends = {}
    for message in messages:
        ends[message.partition()] = message.offset() + 1
    while True:
        try:
            with connection.transaction(), connection.cursor() as cursor:
                transaction, passed = begin(cursor, reader, writer, ends)
                if passed:
                    messages = [m for m in messages if m.offset() >= passed.get(m.partition(), 0)]
                stage.handle(messages, transaction)
                advance(cursor, reader, writer, ends, transaction)
            break
        except (Again, psycopg.errors.UniqueViolation, psycopg.errors.DeadlockDetected):
            continue
    writer.lane_seq = transaction.lane_seq
    writer.publish(transaction.messages)
    reader.commit(ends)


def begin(cursor, reader, writer, ends):
    """Locks the lanes; also returns partitions of which some records were applied before, with where to go on."""
    lanes = sorted([reader.lanes[partition] for partition in ends] + [writer.lane])
    cursor.execute(
        "select id, next_offset, lane_seq from tuesday.lane where id = any(%s) order by id for no key update", (lanes,))
    found = {id: (offset, lane_seq) for id, offset, lane_seq in cursor.fetchall()}
    now, now_text = cursor.execute(
        "select (extract(epoch from n) * 1000000)::bigint, n::text from clock.now() n").fetchone()
    transaction = Transaction(cursor, now, writer.lane, found[writer.lane][1])
    transaction.now_text = now_text.encode()
    at = {partition: found[reader.lanes[partition]][0] for partition in ends}
    return transaction, {p: offset for p, offset in at.items() if offset > reader.started.get(p, 0)}


def advance(cursor, reader, writer, ends, transaction):
    cursor.execute(
        """
        update tuesday.lane l
        set next_offset = n.next_offset, progressed_at = clock_timestamp()
        from unnest(%s::int[], %s::bigint[]) as n (id, next_offset)
        where l.id = n.id
        """, ([reader.lanes[p] for p in ends], list(ends.values())))
    cursor.execute(
        "update tuesday.lane set lane_seq = %s, published_through = %s, progressed_at = clock_timestamp() where id = %s",
        (transaction.lane_seq, writer.published, writer.lane))


class Reader:
    """A group's member that starts each partition where its lane says."""

    def __init__(self, connection, group, topic):
        self.connection, self.group, self.topic = connection, group, topic
        self.lanes, self.started = {}, {}
        self.log = connection.execute(
            """
            insert into tuesday.log (cluster_id, incarnation, rebuilt_at) values ('peer', 'peer', clock_timestamp())
            on conflict (cluster_id, incarnation) do update set rebuilt_at = log.rebuilt_at
            returning id
            """).fetchone()[0]
        self.consumer = Consumer(
            {
                "bootstrap.servers": os.environ["TUESDAY_KAFKA_BOOTSTRAP"], "group.id": group,
                "partition.assignment.strategy": "range", "enable.auto.commit": False,
                "enable.auto.offset.store": False, "auto.offset.reset": "error", "session.timeout.ms": 6000,
                "heartbeat.interval.ms": 1500, "fetch.wait.max.ms": 20, "fetch.min.bytes": 100_000,
                "queued.max.messages.kbytes": 16_384,
            })
        self.consumer.subscribe([topic], on_assign=self.assigned)

    def assigned(self, consumer, partitions):
        starts = []
        for place in partitions:
            high = consumer.get_watermark_offsets(place, timeout=10)[1]
            id, offset, _ = self.connection.execute(
                """
                insert into tuesday.lane (log_id, consumer_group, topic, partition, next_offset, owner)
                values (%s, %s, %s, %s, %s, %s)
                on conflict (log_id, consumer_group, topic, partition) where partition >= 0
                do update set owner = excluded.owner, epoch = lane.epoch + 1
                returning id, next_offset, epoch
                """, (self.log, self.group, place.topic, place.partition, high, socket.gethostname())).fetchone()
            self.lanes[place.partition] = id
            starts.append(TopicPartition(place.topic, place.partition, offset))
        consumer.assign(starts)

    def next(self):
        """What is there within a twentieth of a second, or a whole batch earlier."""
        messages = self.consumer.consume(BATCH, timeout=0.05)
        for message in messages:
            if message.error():
                raise RuntimeError(message.error())
        return messages

    def commit(self, ends):
        """For lag monitors; and remembers what this process has applied itself."""
        self.started.update(ends)
        self.consumer.commit(
            offsets=[TopicPartition(self.topic, p, offset) for p, offset in ends.items()], asynchronous=True)

    def close(self):
        self.consumer.close()


class Writer:
    """Publishes what was committed, and knows how far that went."""

    def __init__(self, connection, name):
        self.connection = connection
        self.lane = connection.execute(
            "insert into tuesday.lane (consumer_group, epoch) values (%s, 1) returning id", (name,)).fetchone()[0]
        self.lane_seq = self.published = self.written = 0
        self.failed = None
        self.producer = Producer(
            {
                "bootstrap.servers": os.environ["TUESDAY_KAFKA_BOOTSTRAP"], "enable.idempotence": True, "acks": "all",
                "linger.ms": 5, "compression.type": "lz4", "partitioner": "murmur2_random",
                # Whatever is not reported when nothing is outstanding any more was delivered.
                "delivery.report.only.error": True,
                "queue.buffering.max.messages": 1_000_000,
            })

    def publish(self, messages):
        if not messages:
            return
        produce = self.producer.produce
        for topic, key, value, headers, at in messages:
            produce(topic, value, key, timestamp=at, headers=headers, on_delivery=self.reported)
        self.producer.flush()
        if self.failed:
            raise RuntimeError(self.failed)
        self.published = self.lane_seq

    def reported(self, error, _):
        if error:
            self.failed = error

    def settle(self):
        """Writes how far publishing went when no transaction came to do it."""
        if self.published > self.written:
            self.connection.execute(
                "update tuesday.lane set published_through = %s where id = %s", (self.published, self.lane))
            self.written = self.published
