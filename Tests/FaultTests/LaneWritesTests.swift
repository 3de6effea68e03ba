import Testing

@testable import Faults

struct LaneWritesTests {
    /// Claimed, written twice, claimed by another process, written again.
    private static let rows: [LaneWrites.Row] = [
        row(1, epoch: 1, from: nil, .init(nextOffset: 0, laneSeq: 0, publishedThrough: 0), nil, "A", began: 10, at: 10),
        row(2, epoch: 1, from: 1, at(10), at(0), "A", began: 20, at: 21),
        row(3, epoch: 1, from: 1, at(20), at(10), "A", began: 30, at: 31),
        row(4, epoch: 2, from: 1, at(20), at(20), "B", began: 40, at: 41),
        row(5, epoch: 2, from: 2, at(30), at(20), "B", began: 50, at: 51),
    ]

    private static func at(_ position: Int64) -> LaneWrites.Position {
        LaneWrites.Position(nextOffset: position, laneSeq: position, publishedThrough: position)
    }

    private static func row(
        _ number: Int64, epoch: Int64, from former: Int64?, _ position: LaneWrites.Position, _ before: LaneWrites.Position?,
        _ writer: String, began: Int64, at: Int64
    ) -> LaneWrites.Row {
        LaneWrites.Row(
            number: number, lane: 7, epoch: epoch, formerEpoch: former, position: position, former: before, owner: writer,
            formerOwner: epoch == former ? writer : nil, writer: writer, beganAt: began, at: at)
    }

    /// The rows with the last one altered.
    private static func problems(_ alter: (inout LaneWrites.Row) -> Void) -> [String] {
        var rows = rows
        alter(&rows[4])
        return LaneWrites.problems(rows)
    }

    @Test func `Whoever claimed a lane writes to it`() { #expect(LaneWrites.problems(Self.rows) == []) }

    @Test func `Somebody else does not`() {
        #expect(Self.problems { $0.writer = "A" }.contains { $0.contains("which B had claimed") })
    }

    @Test func `Nor does the same process in a transaction that is older than the claim`() {
        #expect(Self.problems { $0.beganAt = 39 }.contains { $0.contains("began before") })
    }

    @Test func `Positions do not go back, and epochs go up by one`() {
        #expect(Self.problems { $0.position.nextOffset = 19 }.contains { $0.contains("went back") })
        #expect(Self.problems { $0.position.laneSeq = 19 }.contains { $0.contains("went back") })
        #expect(Self.problems { $0.position.publishedThrough = 19 }.contains { $0.contains("went back") })
        #expect(Self.problems { $0.epoch = 1 }.contains { $0.contains("took its epoch from 2 to 1") })
        #expect(Self.problems { $0.epoch = 4 }.contains { $0.contains("took its epoch from 2 to 4") })
    }

    @Test func `An epoch has one owner, and publishes nothing after it was released`() {
        #expect(Self.problems { $0.owner = "C" }.contains { $0.contains("made C the owner") })
        var rows = Self.rows
        rows[2].owner = nil
        rows[2].position = Self.at(10)
        rows[3] = Self.row(4, epoch: 1, from: 1, Self.at(20), Self.at(10), "A", began: 40, at: 41)
        rows[3].owner = nil
        rows[3].formerOwner = nil
        #expect(LaneWrites.problems(Array(rows[0...3])).contains { $0.contains("after it was released") })
    }

    @Test func `No write is missing`() {
        var rows = Self.rows
        rows.remove(at: 2)
        #expect(LaneWrites.problems(rows).contains { $0.contains("does not continue write 2") })
    }
}
