/// The writes to lanes' rows, held against who had claimed them.
///
/// No write says which epoch its writer believes in. So it is judged by who wrote and when it began: a writer learns of an
/// epoch only after the claim was committed, so whose transaction is older believes in another one, even if both are one
/// process.
enum LaneWrites {
    struct Row {
        var number: Int64
        var lane: Int32
        var epoch: Int64
        /// Before the write; nil: there was no row.
        var formerEpoch: Int64?
        var position: Position
        var former: Position?
        var owner: String?
        var formerOwner: String?
        var writer: String
        /// When the writer's transaction began, and when it wrote: microseconds by the database's clock.
        var beganAt: Int64
        var at: Int64
    }

    struct Position: Equatable {
        var nextOffset: Int64
        var laneSeq: Int64
        var publishedThrough: Int64
    }

    private struct Claim {
        var writer: String
        var owner: String?
        var at: Int64
        var isReleased = false
    }

    /// - Parameter rows: all of them, in order of number: of one lane that is the order of their commits, since each holds
    ///   the row's lock.
    static func problems(_ rows: [Row]) -> [String] {
        var claims: [Int32: Claim] = [:]
        var latest: [Int32: Row] = [:]
        var found: [String] = []
        for row in rows {
            let name = "lane \(row.lane): write \(row.number) of \(row.writer)"
            defer { latest[row.lane] = row }
            if let before = latest[row.lane], before.epoch != row.formerEpoch || before.position != row.former {
                found.append("\(name) does not continue write \(before.number)")
            }
            guard let formerEpoch = row.formerEpoch, let former = row.former, row.epoch == formerEpoch else {
                if let formerEpoch = row.formerEpoch, row.epoch != formerEpoch + 1 {
                    found.append("\(name) took its epoch from \(formerEpoch) to \(row.epoch)")
                }
                if let former = row.former, former.laneSeq != row.position.laneSeq {
                    found.append("\(name) claimed it and published in one")
                }
                claims[row.lane] = Claim(writer: row.writer, owner: row.owner, at: row.at)
                continue
            }
            if row.position.laneSeq < former.laneSeq || row.position.nextOffset < former.nextOffset
                || row.position.publishedThrough < former.publishedThrough
            {
                found.append("\(name) went back from \(former) to \(row.position)")
            }
            // Nobody claimed what came with the schema.
            let claim = claims[row.lane]
            if row.position != former {
                if claim?.writer != row.writer {
                    found.append("\(name) is under epoch \(row.epoch), which \(claim?.writer ?? "nobody") had claimed")
                } else if let claim, row.beganAt < claim.at {
                    found.append("\(name) is under epoch \(row.epoch), and began before that was claimed")
                }
                if claim?.isReleased == true, row.position.laneSeq != former.laneSeq {
                    found.append("\(name) came after it was released under epoch \(row.epoch)")
                }
            }
            if row.owner != row.formerOwner {
                if row.owner != nil {
                    found.append("\(name) made \(row.owner ?? "") the owner under epoch \(row.epoch) of another")
                }
                claims[row.lane]?.isReleased = true
            }
        }
        return found
    }
}
