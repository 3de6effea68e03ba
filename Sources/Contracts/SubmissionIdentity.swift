import Crypto
import Domain

/// The 128-bit names under which a submission is recognised when it comes again.
public enum SubmissionIdentity {
    /// Nil when the sender gave neither an idempotency key nor a source id: then every sending is a new one, and of a topic
    /// every record (``key(of:in:partition:bodyHash:)``).
    public static func key(of submission: Submission) -> UInt128? {
        if let key = submission.idempotencyKey {
            return hash("key", submission.channel, key)
        }
        if let source = submission.sourceID {
            return hash("source", submission.channel, source)
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
            return hash("event", source, id, content)
        }
        return hash("place", topic, "\(partition)", "\(record.offset)", "\(record.timestamp)", content)
    }

    /// Of everything the resident said; the same key with another hash is a conflict.
    public static func bodyHash(of submission: Submission) -> UInt128 {
        var parts = HashedParts()
        parts.add(submission.village)
        parts.add(submission.service)
        parts.add(submission.subject)
        parts.add(submission.description)
        parts.add(submission.name)
        parts.add(submission.phone)
        parts.add(submission.email)
        parts.add(submission.account)
        parts.add(submission.address)
        parts.add(utf8: submission.attributes)
        parts.add(submission.submittedAt.map { String($0.microseconds) })
        return parts.hash
    }

    private static func hash(_ parts: String...) -> UInt128 {
        var hashed = HashedParts()
        for part in parts { hashed.add(part) }
        return hashed.hash
    }
}

/// Texts one behind the other, each ended by a NUL; one that is missing is an empty one.
private struct HashedParts {
    private var bytes: [UInt8] = []

    init() {
        bytes.reserveCapacity(1_000)
    }

    mutating func add(_ part: String?) {
        if let part { bytes.append(contentsOf: part.utf8) }
        bytes.append(0)
    }

    mutating func add(utf8 part: [UInt8]?) {
        if let part { bytes.append(contentsOf: part) }
        bytes.append(0)
    }

    /// The first 128 bits of the SHA-256.
    var hash: UInt128 {
        var digest = SHA256()
        bytes.withUnsafeBytes { digest.update(bufferPointer: $0) }
        return digest.finalize().withUnsafeBytes { UInt128(bigEndian: $0.loadUnaligned(as: UInt128.self)) }
    }
}
