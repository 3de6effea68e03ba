import Contracts

/// What comes next of a lane's tail.
public enum TailPage {
    /// Puts in order what was read table by table, and ends it before the first number that is missing.
    ///
    /// Of a transaction that commits between two of the reads only the later ones see what it left.
    public static func ordered(_ messages: [OutgoingMessage], after laneSeq: Int64, limit: Int) -> [OutgoingMessage] {
        var last = laneSeq
        return Array(
            messages.sorted { $0.laneSeq < $1.laneSeq }.prefix(limit).prefix { message in
                last += 1
                return message.laneSeq == last
            })
    }
}

extension LaneKeeping {
    /// Publishes the next messages of a lane of which `ticket.laneSeq` were committed, and writes down how far that got.
    ///
    /// - Parameters:
    ///   - published: less than what was committed.
    ///   - limit: messages at most.
    /// - Returns: the number of the last one.
    /// - Throws: ``LaneFault/failed(_:)`` when the next one is not there: the tables are damaged. ``PublishingFailure`` when
    ///   Kafka did not take all of them; what it took is written down.
    public func publishTail(
        of ticket: LaneTicket, after published: Int64, limit: Int, on sink: any MessageSink
    ) async throws -> Int64 {
        let messages = try await tail(of: ticket.lane, after: published, limit: limit)
        guard let last = messages.last, messages.first?.laneSeq == published + 1 else {
            throw LaneFault.missing(published + 1, of: ticket, committed: ticket.laneSeq)
        }
        do { try await sink.publish(messages) } catch let failure as PublishingFailure {
            // Whoever adopts the lane goes on behind these, or sends them again; what is told is why they did not leave.
            _ = try? await recordPublished(ticket, through: published + Int64(failure.deliveredCount))
            throw failure
        }
        try await recordPublished(ticket, through: last.laneSeq)
        return last.laneSeq
    }
}
