import Crypto
import Domain

/// The 128-bit names under which a submission is recognised when it comes again.
public enum SubmissionIdentity {
    /// Nil when the sender gave neither an idempotency key nor a source id: then every sending is a new one, and of a topic
    /// every record (``key(of:in:partition:bodyHash:)``).
    public static func key(of submission: Submission) -> UInt128? {
        if let key = submission.idempotencyKey {
            return hash(["key", submission.channel, key])
        }
        if let source = submission.sourceID {
            return hash(["source", submission.channel, source])
        }
        return nil
    }

    /// Of a record whose submission has no key of its own, so that it is one submission however often it is read.
    ///
    /// CloudEvents are told apart by `ce_source` and `ce_id`, wherever they stand: sent again, they are the same. Others by
    /// where they stand and since when; a topic made anew uses offsets again, at other times. The content is part of either:
    /// of a gateway that gives all its records one id no submission is refused, and only what says the same is taken for the
    /// same.
    public static func key(
        of record: IncomingRecord, in topic: String, partition: Int32, bodyHash: UInt128
    ) -> UInt128 {
        let content = String(bodyHash, radix: 16)
        if let source = record.header("ce_source"), let id = record.header("ce_id"), !source.isEmpty, !id.isEmpty {
            return hash(["event", source, id, content])
        }
        return hash(["place", topic, "\(partition)", "\(record.offset)", "\(record.timestamp)", content])
    }

    /// Of everything the resident said; the same key with another hash is a conflict.
    public static func bodyHash(of submission: Submission) -> UInt128 {
        hash([
            submission.village, submission.service, submission.subject, submission.description, submission.name ?? "",
            submission.phone ?? "", submission.email ?? "", submission.account ?? "", submission.address ?? "",
            submission.attributes.map { String(decoding: $0, as: UTF8.self) } ?? "",
            submission.submittedAt.map { String($0.microseconds) } ?? "",
        ])
    }

    private static func hash(_ parts: [String]) -> UInt128 {
        var bytes: [UInt8] = []
        for part in parts {
            bytes.append(contentsOf: part.utf8)
            bytes.append(0)
        }
        var value: UInt128 = 0
        for byte in SHA256.hash(data: bytes).prefix(16) {
            value = value << 8 | UInt128(byte)
        }
        return value
    }
}
